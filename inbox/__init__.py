"""The inbox: the web pages in which an office reads, tags and finishes everything that citizens said."""

"""The parts of reading a feed: its dialects, entries, repair and paging."""

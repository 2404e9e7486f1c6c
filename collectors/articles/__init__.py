"""The parts of reading an article page: its blocks, head, byline and date."""

"""The parts of reading a table that was handed in: its columns and cells."""

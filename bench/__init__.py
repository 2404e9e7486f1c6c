"""Benchmarks and quality figures, each a script that prints a table; tests may measure with them."""

"""Stands for a parser with large libraries."""


def parse() -> str:
    """One job of this module."""
    return "parsed"

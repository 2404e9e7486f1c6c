"""The assembled application: configuration, settings, the one command. What is put together, never how it works."""

__version__ = "0.1.0"

"""A WordPress site, by its REST API and where that is closed by its feeds."""

from collectors.wordpress.collector import WordPressCollector

__all__ = ["WordPressCollector"]

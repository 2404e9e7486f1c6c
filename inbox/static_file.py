"""Addresses of our own static files: with a print of their content, so that a browser never keeps an old one."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class StaticFiles(StaticFilesStorage):
    """Served from where they lie by whitenoise; nothing is collected or built."""

    def url(self, name: str | None) -> str:
        """The file's address; LookupError when there is no such file, which is a mistake in a template."""
        return f"{super().url(name)}?v={_print(name or '')}"


@cache
def _print(name: str) -> str:
    path = finders.find(name)
    if path is None:
        raise LookupError(f"{name}: no such static file")
    return blake2b(Path(path).read_bytes(), digest_size=6).hexdigest()

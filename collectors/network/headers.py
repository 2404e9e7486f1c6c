"""The headers of a request: who we are, what we can read, what we know already."""

from __future__ import annotations

import re
from base64 import b64encode
from importlib.metadata import PackageNotFoundError, version


def make_headers(
    agent: str,
    etag: str | None = None,
    last_modified: str | None = None,
    accept: str | None = None,
    auth: tuple[str, str] | None = None,
) -> dict[str, str]:
    """The headers of a request; conditions go out byte for byte as they came."""
    headers = {"User-Agent": agent, "Accept-Encoding": "gzip, deflate", "Accept": accept or "*/*"}
    if etag is not None and is_header(etag):
        headers["If-None-Match"] = etag
    if last_modified is not None and is_header(last_modified):
        headers["If-Modified-Since"] = last_modified
    if auth is not None:
        headers["Authorization"] = "Basic " + b64encode(":".join(auth).encode()).decode()
    return headers


def is_header(value: str) -> bool:
    """Can this value be sent as it is?"""
    return re.fullmatch(r"[\t\x20-\x7e\x80-\xff]{1,1024}", value) is not None


def get_agent(contact: str) -> str:
    try:
        number = version("kentongan")
    except PackageNotFoundError:
        number = "0"
    plain = re.sub(r"[^\x21-\x7e]|[()\\]", "", contact)[:200]
    return f"Kentongan/{number} (+{plain})"

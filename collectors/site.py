"""Addresses as pages and feeds write them: made absolute, and which of them belong to one site."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

# Second levels under a country's domain that belong to nobody: the site's own name stands before them.
_SHARED = {
    "co", "or", "go", "ac", "com", "net", "org", "gov", "edu", "mil", "web", "sch", "my", "desa", "biz",
    "ponpes", "blogspot", "wordpress",
}  # fmt: skip


def join_address(base: str, href: str) -> str | None:
    """An address made absolute; None for what is none, such as "http://[", on which urljoin raises."""
    try:
        return str(urljoin(base, href.strip()))
    except ValueError:
        return None


def is_same_site(one: str, other: str) -> bool:
    """Do two addresses belong to one site, whatever the host's first labels are (www, m, amp, news)?"""
    return bool(_site(one)) and _site(one) == _site(other)


def _site(url: str) -> str:
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
    labels = host.split(".")
    if len(labels) < 3 or labels[-1].isdigit():
        return host
    shared = labels[-2] in _SHARED and (len(labels[-1]) == 2 or labels[-2] in {"blogspot", "wordpress"})
    return ".".join(labels[-3:] if shared else labels[-2:])

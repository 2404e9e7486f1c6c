"""The bytes of a sitemap to its entries: news sitemaps, plain ones, indexes, gzipped or not; runs in the sandbox."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin

from lxml import etree

from collectors.collector import ParseError
from collectors.dates import Stated, parse_date
from collectors.item import MAX_AUTHOR, Precision
from collectors.markup import clean, decode, to_line

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_UNPACKED = 20 * 1024 * 1024
MAX_ENTRIES = 50_000  # what the protocol permits in one file
_MAX_ADDRESS = 2_048
_ROOT = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:(?><!--.*?-->|<\?.*?\?>)\s*)*+<(?:[\w-]+:)?([\w-]+)", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One page that a sitemap names."""

    url: str
    title: str | None = None  # news:title
    published: datetime | None = None  # news:publication_date
    precision: Precision | None = None
    changed: datetime | None = None  # lastmod
    publisher: str | None = None
    language: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitemap:
    """What one file says: pages, or further sitemaps with when each changed last."""

    entries: tuple[Entry, ...] = ()
    maps: tuple[tuple[str, datetime | None], ...] = ()


def parse_sitemap(body: bytes, url: str, headers: Mapping[str, str] | None = None, *, zone: tzinfo = UTC) -> Sitemap:
    """Read a sitemap or an index; ParseError says in one sentence what came instead. An empty one is no error."""
    body = _unpack(body, url)
    if not body.strip():
        raise ParseError(url, "the answer is empty where a sitemap was expected")
    text = decode(body, headers)
    match = _ROOT.match(text[:65536])
    root = match[1].lower() if match else ""
    if root not in {"urlset", "sitemapindex"}:
        return Sitemap(entries=_read_lines(text, url, root))
    if not text.rstrip().endswith((">",)) or not re.search(
        rf"</\s*(?:[\w-]+:)?{root}\s*>\s*$|/>\s*$", text[-300:], re.I
    ):
        raise ParseError(url, f"the sitemap is cut off: it ends without </{root}>")
    elements = _read_elements(text, "url" if root == "urlset" else "sitemap", url)
    if root == "urlset":
        return Sitemap(entries=tuple(entry for one in elements if (entry := _read_entry(one, url, zone))))
    found = ((_read_address(one, url), _read_date(one, "lastmod", zone)) for one in elements)
    return Sitemap(maps=tuple((address, stated.at if stated else None) for address, stated in found if address))


def _unpack(body: bytes, url: str) -> bytes:
    """The body, unpacked if it is gzip whatever its name and headers say."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, MAX_UNPACKED)
    except zlib.error:
        raise ParseError(url, "the gzipped sitemap is damaged") from None
    if unpacker.unconsumed_tail:
        raise ParseError(url, f"the sitemap is larger than {MAX_UNPACKED // 1024 // 1024} MiB when unpacked")
    if not unpacker.eof:
        raise ParseError(url, "the gzipped sitemap is cut off")
    return plain


def _read_lines(text: str, url: str, root: str) -> tuple[Entry, ...]:
    """A sitemap of plain lines, one address each; ParseError for anything else."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not root and all(line.startswith(("http://", "https://")) for line in lines):
        return tuple(Entry(url=urldefrag(line).url) for line in lines[:MAX_ENTRIES] if len(line) <= _MAX_ADDRESS)
    if root in {"html", "head", "body", "div", "script", "title"} or re.search(r"<html[\s>]", text[:4096], re.I):
        raise ParseError(url, "is a web page, not a sitemap")
    if "<!doctype" in text[:4096].lower():
        raise ParseError(url, "has a DOCTYPE, which no sitemap needs and which can hide anything")
    if root in {"rss", "feed", "rdf"}:
        raise ParseError(url, 'is a feed, not a sitemap; it can be collected with kind = "feed"')
    raise ParseError(url, f"is XML with <{root[:40]}> as its root, not a sitemap" if root else "is not a sitemap")


def _read_elements(text: str, name: str, url: str) -> list[dict[str, str]]:
    """The children's texts of each <url> or <sitemap>, by their names without prefix; no entity is expanded."""
    if "<!DOCTYPE" in text[:65536].upper():
        raise ParseError(url, "has a DOCTYPE, which no sitemap needs and which can hide anything")
    found: list[dict[str, str]] = []
    events = etree.iterparse(
        BytesIO(text.encode("utf-8", "replace")),
        events=("end",),
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for _, element in events:
            if _name(element) == name:
                found.append(_read_fields(element))
                element.clear()
            if len(found) >= MAX_ENTRIES:
                break
    except etree.XMLSyntaxError as error:
        raise ParseError(url, f"the sitemap is not well-formed in line {error.lineno}") from None
    return found


def _read_fields(element: _Element) -> dict[str, str]:
    """Every text under an entry, the first of a name; pictures and videos have a loc and a title of their own."""
    fields: dict[str, str] = {}
    for child in element:
        if _name(child) in {"image", "video"}:
            continue
        for one in child.iter("*"):
            if one.text and one.text.strip():
                fields.setdefault(_name(one), one.text.strip())
    return fields


def _name(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def _read_entry(fields: dict[str, str], url: str, zone: tzinfo) -> Entry | None:
    address = _read_address(fields, url)
    if address is None:
        return None
    published, changed = _read_date(fields, "publication_date", zone), _read_date(fields, "lastmod", zone)
    return Entry(
        url=address,
        title=to_line(fields.get("title", "")) or None,
        published=published.at if published else None,
        precision=published.precision if published else None,
        changed=changed.at if changed else None,
        publisher=clean(fields.get("name", ""), MAX_AUTHOR) or None,
        language=clean(fields.get("language", ""), 35) or None,
    )


def _read_address(fields: dict[str, str], url: str) -> str | None:
    try:
        address: str = urldefrag(urljoin(url, fields.get("loc", ""))).url
    except ValueError:  # "http://[" is no address
        return None
    fits = fields.get("loc") and address.startswith(("http://", "https://")) and len(address) <= _MAX_ADDRESS
    return address if fits and address.isprintable() else None


def _read_date(fields: dict[str, str], name: str, zone: tzinfo) -> Stated | None:
    return parse_date(fields[name], zone) if name in fields else None

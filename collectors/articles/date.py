"""When an article appeared: every statement of the page, read with the zone it means; rather none than a wrong one.

The rules and what they cost: docs/decisions/0031.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

from htmldate import find_date
from lxml.etree import XPath

from collectors.articles.block import Block, find_elements, is_comment
from collectors.articles.head import Head
from collectors.dates import Stated, parse_date
from collectors.jsonld import get_string

if TYPE_CHECKING:
    from lxml.html import HtmlElement

WIB = timezone(timedelta(hours=7), "WIB")
_ZONES = {"wib": WIB, "wita": timezone(timedelta(hours=8), "WITA"), "wit": timezone(timedelta(hours=9), "WIT")}
_NAMED_ZONE = re.compile(r"\b(wib|wita|wit)\b", re.IGNORECASE)
_UTC = re.compile(r"\d\s*(?:z|gmt|utc|[+-]00:?00)$", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}\S*")

_PUBLISHED = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished", "pubdate",
    "publishdate", "publish-date", "publish_date", "publisheddate", "published_date", "published_time",
    "content_publisheddate", "article.published", "article:published", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.date", "dcterms.date",
    "originalpublicationdate", "citation_publication_date", "displaydate", "date", "dtk:publishdate",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified")
_MONTH = r"(?:jan|feb|peb|mar|apr|ma[iy]|m[aä]r|jun|jul|a[gu]|sep|o[kc]t|no[vp]|de[szc])[a-zä]*\.?"
_SHOWN = re.compile(
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\.?[\s./-]+(?:{_MONTH}|\d{{1,2}})[\s./,-]+\d{{4}}|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}|"
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2})(?!\d)"
    r"(?P<gap>[\s,|·•–—-]*(?:\b(?:pukul|jam|pkl|at|um)\b\.?\s*)?)"
    r"(?P<clock>\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?!\d)\s*(?:[ap]\.?m\b\.?)?\s*(?:wib|wita|wit|gmt|utc)?(?:\s?[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
_CHANGED = re.compile(r"updat|ubah|baru|modif|edit|aktualisiert|geändert|terakhir|last", re.IGNORECASE)
_MARKED = XPath("//*[@pubdate or @itemprop='datePublished' or contains(@class, 'published')][not(self::meta)]")
_LONGEST = 140  # characters: a longer block with a date in it is a sentence
# A day in an address, and behind it what may be the clock when the article was made: /2015/11/04/21040031/.
_ADDRESS = re.compile(r"/(?:19|20)\d{2}/\d{2}/\d{2}/([01]\d|2[0-3])([0-5]\d)\d{0,4}(?=[/-]|$)")
# Words that every Indonesian text has and no other language but Malay.
_INDONESIAN = {
    "yang", "dan", "dengan", "untuk", "dari", "pada", "tidak", "dalam", "akan", "adalah", "oleh", "juga",
    "karena", "saat", "telah", "sudah", "ini", "itu", "tersebut", "bisa", "ada", "kepada", "para", "kata",
    "agar", "seperti", "masih",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Dated:
    """What a page says about its times."""

    published: Stated | None = None
    edited: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """One statement: an instant, a clock without a zone, or a day."""

    at: datetime  # aware where the zone is stated, else as the clock showed it
    precision: str
    utc: bool = False  # the statement says UTC, which some write and mean the local time
    odd: bool = False  # it is not written as ISO 8601 has it, so somebody formatted it by hand
    zone: tzinfo | None = None  # a zone that is named beside it


def find_dates(
    tree: HtmlElement, head: Head, blocks: list[Block], heading: int, text: str, headers: Mapping[str, str]
) -> Dated:
    """When the article was published and edited, as far as the page says so beyond doubt."""
    home = WIB if is_indonesian(text, head) else None
    shown = [reading for line in _shown_lines(blocks, heading) if (reading := _read(line))]
    stated: list[_Reading] = []
    for lines in (_stated_lines(head), _marked_lines(tree)):
        stated += [reading for line in lines if (reading := _read(line))]
        if any(reading.precision != "day" for reading in stated):
            break  # the marks in the body say the same again
    exact = [_settle(reading, home, shown, head.url, _fetched(headers)) for reading in (*stated, *shown)]
    published = _combine([one for one in exact if one]) or _ask_htmldate(tree, head.url, blocks)
    return Dated(published=published, edited=_find_edited(head, home, published))


def is_indonesian(text: str, head: Head) -> bool:
    """Is the page Indonesian? Its words are asked before its `lang`, which is wrong too often ("en")."""
    declared = (head.language or "").lower()
    host = head.url.split("/")[2].rsplit(":", 1)[0] if head.url.count("/") >= 2 else ""
    if declared.startswith("ms") or host.endswith((".my", ".sg", ".bn")):
        return False
    tokens = _WORD.findall(text[:6000].lower())
    if len(tokens) >= 20:
        return sum(token in _INDONESIAN for token in tokens) >= 0.08 * len(tokens)
    return declared.startswith(("id", "in-")) or host.endswith(".id")


def _stated_lines(head: Head) -> Iterator[str]:
    """What the head says for machines, the most trusted first."""
    if line := get_string(head.article, "datePublished"):
        yield line
    for name in _PUBLISHED:
        yield from head.metas.get(name, ())[:1]


def _marked_lines(tree: HtmlElement) -> Iterator[str]:
    """What the body marks as the date of publication."""
    for element in find_elements(_MARKED, tree):
        names = f"{element.get('itemprop') or ''} {element.get('class') or ''}".lower().split()
        fits = "datepublished" in names or "published" in names or element.get("pubdate") is not None
        if fits and not is_comment(element):
            yield element.get("datetime") or element.get("content") or element.get("title") or element.text_content()


def _shown_lines(blocks: list[Block], heading: int) -> Iterator[str]:
    """Dates that stand near the headline, those below it first."""
    if not heading:
        return
    below, above = blocks[heading : heading + 12], blocks[max(0, heading - 6) : heading - 1]
    for block in (*below, *reversed(above)):
        if block.comment or len(block.text) > _LONGEST or block.linked > 0.8:
            continue
        found = list(_SHOWN.finditer(block.text))
        ends = [0, *(match.end() for match in found)]
        stated = [
            match
            for match, before in zip(found, ends, strict=False)
            if not _CHANGED.search(block.text[before : match.start()])
        ]
        if len(stated) == 1:  # of "Terbit 24/11/2026 Diperbarui 25/11/2026" the first
            clock = f" {stated[0]['clock']}" if stated[0]["clock"] else ""
            yield block.text[stated[0].start() : stated[0].start("gap")] + clock


def _read(line: str) -> _Reading | None:
    line = " ".join(line.split())
    one, other = parse_date(line, UTC), parse_date(line, WIB)
    if one is None or other is None:
        return None
    named = _NAMED_ZONE.search(line)
    zone = _ZONES[named[1].lower()] if named else None
    if one.precision == "day":
        return _Reading(one.at, "day", zone=zone)
    if one.at != other.at:
        return _Reading(one.at.replace(tzinfo=None), one.precision)
    return _Reading(one.at, one.precision, utc=bool(_UTC.search(line)), odd=not _ISO.fullmatch(line), zone=zone)


def _settle(
    reading: _Reading, home: tzinfo | None, shown: list[_Reading], url: str, fetched: datetime | None
) -> tuple[Stated, str] | None:
    """A reading as an instant, or as its day where the zone is not sure; with the calendar day it means."""
    at, precision = reading.at, reading.precision
    if precision == "day":
        return _as_day(at)
    if at.tzinfo is None:
        zone = _shown_zone(at, shown) or home
        if zone is None:
            return _as_day(at)
        at = at.replace(tzinfo=zone)
    elif reading.utc and home is not None:
        settled = _settle_utc(reading, home, shown, url, fetched)
        if settled is None:
            return _as_day(at)
        at = settled
    local = at.astimezone(reading.zone or home or at.tzinfo or UTC)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return _as_day(local)  # a day that somebody's template wrote as an instant
    return Stated(at.astimezone(UTC), reading.precision), local.date().isoformat()  # type: ignore[arg-type]


def _settle_utc(
    reading: _Reading, home: tzinfo, shown: list[_Reading], url: str, fetched: datetime | None
) -> datetime | None:
    """An Indonesian page says UTC: does it mean it? None where nothing tells."""
    meant, clock = reading.at, reading.at.astimezone(UTC).replace(tzinfo=None)
    lie = clock.replace(tzinfo=home)
    for other in shown:
        if other.precision == "day":
            continue
        seen = other.at if other.at.tzinfo else other.at.replace(tzinfo=home)
        for candidate in (meant, lie):
            if abs(seen - candidate) < timedelta(minutes=2):
                return candidate
    if made := _ADDRESS.search(url):
        begun = clock.replace(hour=int(made[1]), minute=int(made[2]), second=0, tzinfo=home)
        near = [candidate for candidate in (lie, meant) if abs(candidate - begun) < timedelta(hours=3)]
        if near:
            return near[0]
    if fetched is not None and meant > fetched + timedelta(minutes=10) and lie <= fetched:
        return lie
    return None if reading.odd else meant


def _shown_zone(clock: datetime, shown: list[_Reading]) -> tzinfo | None:
    """The zone that stands beside the same clock in the page."""
    for other in shown:
        if (
            other.zone
            and other.at.tzinfo
            and abs(other.at.astimezone(other.zone).replace(tzinfo=None) - clock) < timedelta(minutes=2)
        ):
            return other.zone
    return None


def _as_day(at: datetime) -> tuple[Stated, str]:
    noon = datetime(at.year, at.month, at.day, 12, tzinfo=UTC)
    return Stated(noon, "day"), noon.date().isoformat()


def _combine(settled: list[tuple[Stated, str]]) -> Stated | None:
    """The first statement's day, with the best instant that any statement gives of that day."""
    if not settled:
        return None
    first, day = settled[0]
    if first.precision != "day":
        return first
    return next((one for one, other in settled if other == day and one.precision != "day"), first)


def _fetched(headers: Mapping[str, str]) -> datetime | None:
    line = next((value for name, value in headers.items() if name.lower() == "date"), None)
    stated = parse_date(line, UTC) if line else None
    return stated.at if stated else None


def _ask_htmldate(tree: HtmlElement, url: str, blocks: list[Block]) -> Stated | None:
    """The day that htmldate finds, unless the page names it only for a comment or a change."""
    found = find_date(tree, original_date=True, extensive_search=False, url=url)
    day = parse_date(found, UTC) if found else None
    if day is None:
        return None
    near = [block for block in blocks if len(block.text) <= _LONGEST and _names(block.text, day)]
    return None if near and all(block.comment or _CHANGED.search(block.text) for block in near) else day


def _names(text: str, day: Stated) -> bool:
    """Does a text show this day?"""
    found = (parse_date(match[0][: match.start("gap") - match.start()], UTC) for match in _SHOWN.finditer(text))
    return any(stated is not None and stated.at.date() == day.at.date() for stated in found)


def _find_edited(head: Head, home: tzinfo | None, published: Stated | None) -> datetime | None:
    """When the article was changed, if that is a later instant."""
    lines = [get_string(head.article, "dateModified"), *(head.get(name) for name in _MODIFIED)]
    for line in lines:
        reading = _read(line) if line else None
        if reading is None or reading.precision == "day" or (reading.utc and home and reading.odd):
            continue
        zone = home if reading.at.tzinfo is None else None
        if reading.at.tzinfo is None and zone is None:
            continue
        at = (reading.at.replace(tzinfo=zone) if zone else reading.at).astimezone(UTC)
        if published is not None and published.precision != "day" and at > published.at:
            return at
    return None

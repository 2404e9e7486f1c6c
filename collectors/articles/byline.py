"""The headline and the author of a page: what it shows, confirmed by what its head says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lxml.etree import XPath

from collectors.articles.block import find_elements, is_comment
from collectors.articles.head import Head, words
from collectors.jsonld import get_nodes, get_string

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEADINGS = ("h1", "h2", "h3")
_MAX_LINE = 140  # characters; a longer one is a sentence
_MAX_NAME = 5  # words of a name that nothing but its line calls one
_MAX_HEADING = 400  # characters; longer is a paragraph in a large type
# What sets a site's or a section's name apart in a title; a hyphen only with spaces round it.
_SEPARATOR = re.compile(r"\s+[|–—·•»«:-]+\s+|\s*[|»«]\s*|\s+::\s+")
_BY = re.compile(
    r"^\W*(?:(?:by|von|par|por|oleh|penulis|reporter|pewarta|wartawan|jurnalis|editor|author|autor|laporan|"
    r"written by|posted by|reported by)\b\s*:?\s*)+",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:author|byline|penulis|reporter|writer)(?:[_-]?(?:name|nama|link|text))?(?=$|\s)", re.IGNORECASE
)
_AUTHOR = re.compile(r"(?:^|\s)author(?=$|\s)", re.IGNORECASE)
# The path picks candidates quickly, the pattern decides.
_MARKED_AUTHORS = (
    (XPath("//*[contains(@itemprop, 'author')][not(self::meta)]"), _AUTHOR),
    (XPath("//a[contains(@rel, 'author')]"), _AUTHOR),
    (
        XPath(
            "|".join(
                f"//*[contains(@class, '{name}')]" for name in ("author", "byline", "penulis", "reporter", "writer")
            )
        ),
        _BYLINE,
    ),
)
# "Gespeichert von rasos am 24. Juli 2017", "Posted in Datenschutz by Ani on August 3, 2019", "Ditulis oleh Budi".
_LINE = re.compile(
    r"^\W*(?:(?P<verb>erstellt|gespeichert|verfasst|geschrieben|veröffentlicht|posted|submitted|written|published|"
    r"di(?:tulis|posting|publikasikan|unggah|terbitkan))\b.{0,60}?)?\b(?:von|by|oleh)\b\s*:?\s+(?P<name>[^\W\d_].{0,60}?)"
    r"\s*(?:\b(?:am|on|at|in|pada|um)\b.*|[,|•·–—(].*|\d.*)?$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NO_NAME = re.compile(r"https?:|www\.|@|\d{3}|[{}<>=]|\.(?:com|co|net|org|id)\b", re.IGNORECASE)
_COMPANY = {
    "pt", "media", "redaksi", "tim", "team", "news", "online", "cyber", "com", "press", "kantor", "berita", "id",
}  # fmt: skip
_NOBODY = {
    "admin", "administrator", "redaksi", "editor", "author", "penulis", "redaktur", "webmaster", "user",
    "anonymous",
}  # fmt: skip


def find_title(tree: HtmlElement, head: Head) -> str | None:
    """The headline as the page shows it, without the names of site and section; None where nothing says it."""
    sites = _find_sites(tree, head)
    stated = [f" {words(text)} " for text in head.titles]
    headings = [(tag, text) for tag, text in _read_headings(tree) if words(text) not in sites]
    fitting = [(tag, text) for tag, text in headings if any(f" {words(text)} " in one for one in stated)]
    tag, best = max(fitting, key=lambda found: len(found[1]), default=("", None))
    plain = next((text for title in head.titles if (text := _strip_sites(title, sites))), None)
    if not fitting and len(head.titles) == 1 and (lone := _find_lone(headings, plain or "")):
        return lone
    if best and (
        plain is None or len(best) >= (0.4 if tag == "h1" else 0.6) * len(plain) or _ends(best, head.titles)
    ):
        return best
    return plain or next((text for _, text in headings), None)


def _find_lone(headings: list[tuple[str, str]], plain: str) -> str | None:
    """The one heading of the page, where its title says so much less that it can only be the site's: "Pemkot"."""
    largest = [text for tag, text in headings if tag == min(tag for tag, _ in headings)]
    fits = len(largest) == 1 and len(words(largest[0]).split()) >= max(4, 2 * len(words(plain).split()))
    return largest[0] if fits else None


def _find_sites(tree: HtmlElement, head: Head) -> frozenset[str]:
    """What the site and its front page are called, as words."""
    front = urlsplit(head.url)
    place = f"//{front.netloc}"
    spellings = {"/", place, f"{place}/"} | {
        f"{scheme}:{place}{end}" for scheme in ("http", "https") for end in ("", "/")
    }
    names = {words(link.text_content()[:100]) for link in tree.iter("a") if link.get("href") in spellings}
    return frozenset({*names, words(head.site or "")} - {""})


def _ends(heading: str, titles: Iterable[str]) -> bool:
    """Is the heading one whole end of a stated title, set apart from the rest?"""
    plain = words(heading)
    return any(
        plain in {words(title[: mark.start()]), words(title[mark.end() :])}
        for title in titles
        for mark in _SEPARATOR.finditer(title)
    )


def _strip_sites(text: str, sites: frozenset[str]) -> str:
    """A title without the names of its site at either end."""
    while True:
        parts = list(_SEPARATOR.finditer(text))
        if parts and _is_site(text[parts[-1].end() :], sites):
            text = text[: parts[-1].start()]
        elif parts and _is_site(text[: parts[0].start()], sites):
            text = text[parts[0].end() :]
        elif (cut := next((p for p in parts if _is_site(text[p.end() :], sites)), None)) is not None:
            text = text[: cut.start()]
        else:
            return "" if words(text) in sites else text


def _is_site(part: str, sites: frozenset[str]) -> bool:
    plain = words(part)
    return bool(plain) and any(plain == site or f" {site} " in f" {plain} " for site in sites)


def _read_headings(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    for tag in _HEADINGS:
        for element in tree.iter(tag):
            text = " ".join(element.text_content().split())
            if text and len(text) <= _MAX_HEADING:
                yield tag, text


def find_author(tree: HtmlElement, head: Head, near: Iterable[str]) -> str | None:
    """Who wrote the article; an outlet's own name, an address or "admin" is nobody.

    `near` are the lines about its heading.
    """
    stated = [name for text in _stated_authors(head) if (name := _clean(text, head))]
    shown = chain(_shown_authors(tree), _said_authors(near))
    names = stated or [name for text in shown if (name := _clean(text, head))][:1]
    return ", ".join(dict.fromkeys(names)) or None


def _stated_authors(head: Head) -> Iterator[str]:
    for author in get_nodes(head.article, "author"):
        name = get_string(author, "name")
        if name is None and (identity := get_string(author, "@id")):
            name = next(
                (get_string(node, "name") for node in head.nodes if node.get("@id") == identity and len(node) > 1),
                None,
            )
        if name:
            yield name
    for meta in (
        "author",
        "article:author",
        "dc.creator",
        "parsely-author",
        "sailthru.author",
        "byl",
        "twitter:data1",
    ):
        if meta == "twitter:data1" and not re.match(r"(?i)written by|ditulis", head.get("twitter:label1") or ""):
            continue
        yield from head.metas.get(meta, ())[:1]


def _shown_authors(tree: HtmlElement) -> Iterator[str]:
    for path, names in _MARKED_AUTHORS:
        for element in find_elements(path, tree):
            value = " ".join((element.get("itemprop") or "", element.get("rel") or "", element.get("class") or ""))
            if names.search(value) and not is_comment(element):
                text = " ".join(_name_in(element).split())
                if text and len(text) <= 100:
                    yield text


def _said_authors(lines: Iterable[str]) -> Iterator[str]:
    """Names in lines that say by whom, and as a verb or a date beside it shows, of the article itself."""
    for line in lines:
        match = _LINE.match(line) if len(line) <= _MAX_LINE else None
        if match and (match["verb"] or _YEAR.search(line)) and len(match["name"].split()) <= _MAX_NAME:
            yield match["name"]


def _name_in(element: HtmlElement) -> str:
    """The name in a byline: what a part of it marks as such, else all of it."""
    for wanted in ({"fn", "name"}, {"author"}):
        for part in element.iter("a", "span", "b", "strong"):
            names = f"{part.get('class') or ''} {part.get('itemprop') or ''} {part.get('rel') or ''}".lower().split()
            if part is not element and wanted & set(names):
                return str(part.text_content())
    return " ".join(element.itertext())


def _clean(name: str, head: Head) -> str | None:
    text = _BY.sub("", " ".join(name.split()))
    if _NO_NAME.search(text):
        return None
    text = re.split(r"\s+[|–—-]\s+|\s*[|/]\s*|,\s*(?=\d)", text)[0].strip(" ,;:.-")
    plain = words(text)
    known = {words(head.site or ""), *(words(part) for part in _publishers(head))}
    if not plain or plain in known or plain in _NOBODY or len(plain.split()) > 8 or _is_outlet(plain, head.url):
        return None
    return text


def _is_outlet(plain: str, url: str) -> bool:
    """ "Kompas Cyber Media" at kompas.com: the outlet's company, not a person."""
    tokens = set(plain.split())
    return bool(_COMPANY & tokens) and any(len(token) >= 4 and token in url.split("/")[2] for token in tokens)


def _publishers(head: Head) -> Iterable[str]:
    publishers = (get_string(node, "name") for node in get_nodes(head.article, "publisher"))
    return [name for name in publishers if name]

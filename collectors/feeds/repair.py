"""Feeds that are not quite XML, made XML: the slips that real feeds make and every reader forgives.

Linear in the length of the text. What stays ill-formed is feedparser's business.
"""

from __future__ import annotations

import re
from html.entities import html5

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AMPERSAND = re.compile(r"&(?:(#\d{1,7}|#[xX][\da-fA-F]{1,6})(;)|([A-Za-z][A-Za-z0-9]{1,31});)?")
_XML_NAMES = {"lt", "gt", "amp", "quot", "apos"}
_PREFIX = re.compile(r"<([A-Za-z_][\w.-]*):")
_DECLARED = re.compile(r"\bxmlns:([A-Za-z_][\w.-]*)\s*=\s*[\"']")
_ATTRIBUTE = re.compile(r"[\w:.-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*')")
_MANY = 50  # prefixes; looking one up among n is linear, and no feed has so many
# What an undeclared prefix is meant to be.
_MEANT = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "atom": "http://www.w3.org/2005/Atom",
    "media": "http://search.yahoo.com/mrss/",
    "thr": "http://purl.org/syndication/thread/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
}


def repair(text: str) -> str:
    """The document without illegal characters, bare ampersands, HTML's entity names and undeclared prefixes."""
    text = _ILLEGAL.sub("", text)
    first, *sections = text.split("<![CDATA[")
    pieces = [_AMPERSAND.sub(_mend_ampersand, first)]
    for section in sections:
        inside, end, outside = section.partition("]]>")
        pieces.append(f"<![CDATA[{inside}{end}{_AMPERSAND.sub(_mend_ampersand, outside)}")
    return _declare_prefixes("".join(pieces))


def _mend_ampersand(match: re.Match[str]) -> str:
    number, _, name = match.groups()
    if number:
        return match[0] if _is_legal(number) else ""
    if name in _XML_NAMES:
        return match[0]
    meant = html5.get(f"{name};") if name else None
    if meant is None:
        return "&amp;" + match[0][1:]
    return "".join(f"&#{ord(letter)};" for letter in meant)


def _is_legal(number: str) -> bool:
    code = int(number[2:], 16) if number[1] in "xX" else int(number[1:])
    return code in {9, 10, 13} or 32 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF


def _declare_prefixes(text: str) -> str:
    """The document with a declaration for every prefix it uses; "rss:" was never meant to be one."""
    end = text.find(">")
    missing = set(_PREFIX.findall(text)) - set(_DECLARED.findall(text)) - {"xml"}
    if not missing or len(missing) > _MANY or end < 0:
        return text
    tag, *_ = text[1:end].split(None, 1)
    kept = [match[0] for match in _ATTRIBUTE.finditer(text[:end]) if match[0].partition(":")[0] not in missing]
    added = [f'xmlns:{name}="{_MEANT.get(name, f"urn:undeclared:{name}")}"' for name in sorted(missing - {"rss"})]
    text = f"<{' '.join([tag, *kept, *added])}{text[end:]}"
    return re.sub(r"<(/?)rss:", r"<\1", text) if "rss" in missing else text

"""Bytes to text: byte order mark, then the server's header, then the document's declaration, then a guess.

Senders lie, so a declaration is believed only where it can be true. UTF-7 never: it hides markup from every check.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']\s*([\w.:+-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]{0,300}?\bcharset\s*=\s*[\"']?\s*([\w.:+-]+)", re.IGNORECASE)
# What a label means on the web (WHATWG Encoding), where Python's codec of that name is narrower.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
}
_REFUSED = {"utf-7", "unicode_escape", "raw_unicode_escape", "punycode", "idna", "undefined", "utf-8-sig"}
_MANY_BYTES = ("utf", "gb", "big5", "cp932", "cp949", "cp950", "euc", "shift", "iso2022", "hz", "johab")
_HEAD = 2048  # declarations stand in the first bytes (HTML: 1,024)


def decode(body: bytes, headers: Mapping[str, str] | None = None) -> str:
    """The text of a document; every byte becomes some character, none is an error."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    wide = _find_wide(body)
    if wide is not None:
        return body.decode(wide, "replace")
    try:
        # Bytes that form UTF-8 throughout are UTF-8 whatever a header of one byte a letter says.
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    for name in _find_declared(body, headers):
        if text is not None and not name.startswith(_MANY_BYTES):
            return text
        if name != "utf-8" and not name.startswith(("utf-16", "utf-32")):
            try:
                return body.decode(name)
            except UnicodeDecodeError:
                continue
    return text if text is not None else _guess(body, any(_find_declared(body, headers)))


def _find_declared(body: bytes, headers: Mapping[str, str] | None) -> Iterator[str]:
    """The encodings that the header and the document name, as Python knows them."""
    header = _HEADER.search((headers or {}).get("content-type", ""))
    declared = _XML.search(body[:_HEAD]) or _META.search(body[:_HEAD])
    for label in (header and header[1], declared and declared[1].decode("ascii")):
        try:
            name = codecs.lookup(label or "").name
        except LookupError:
            continue
        if name not in _REFUSED:
            yield _WIDER.get(name, name)


def _find_wide(body: bytes) -> str | None:
    """UTF-16, UTF-32 or EBCDIC without a mark, told by where the zero bytes of the first "<" or letters stand."""
    head = body[:64].lstrip(b" \t\r\n") if body[:1] != b"\0" else body[:64]
    if head.startswith(b"\x4c\x6f\xa7\x94"):  # "<?xm" in EBCDIC
        return "cp037"
    sample = body[:512]
    if b"\0" not in sample or len(sample) < 4:
        return None
    zeros = [sample[start::4].count(0) / max(1, len(sample[start::4])) for start in range(4)]
    patterns = (("utf-32-be", "1110"), ("utf-32-le", "0111"), ("utf-16-be", "1010"), ("utf-16-le", "0101"))
    shape = "".join("1" if share > 0.7 else "0" for share in zeros)
    return next((name for name, pattern in patterns if shape == pattern), None)


def _guess(body: bytes, declared: bool) -> str:
    """Text of bytes that are not UTF-8 and not what they are declared to be."""
    escaped = body.decode("utf-8", "surrogateescape")
    strange = sum("\udc80" <= letter <= "\udcff" for letter in escaped[: 1 << 20])
    letters = sum(letter.isalpha() for letter in escaped[: 1 << 20])
    if not declared and strange > letters:
        found = _recognise(body)
        if found is not None:
            return found
    # UTF-8 with a few bytes of Windows-1252 in it, or Windows-1252 alone: the same reading serves both.
    return _ESCAPED.sub(lambda match: bytes([ord(match[0]) - 0xDC00]).decode("cp1252", "replace"), escaped)


_ESCAPED = re.compile("[\udc80-\udcff]")


def _recognise(body: bytes) -> str | None:
    """Text in a script of its own (Cyrillic, Chinese …), by the statistics of charset-normalizer."""
    from charset_normalizer import from_bytes

    best = from_bytes(body[: 1 << 16], steps=5).best()
    return None if best is None else body.decode(best.encoding, "replace")

"""E-mail addresses, also as people hide or mistype them, and what the links of a text give away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from storage.privacy_number import is_resident
from storage.privacy_span import Kind, Span

_AT = re.compile(r"@|%40|\s?[\[({<]\s?(?:at|et)\s?[\])}>]\s?|\s(?:at|et)\s", re.IGNORECASE)
_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-")
_HOST = re.compile(r"(?:[a-z0-9][a-z0-9-]{0,62}\.){1,6}[a-z]{2,24}(?![a-z0-9-])", re.IGNORECASE | re.ASCII)
_DOT = r"\s{0,2}(?:[.,]|\[\s?(?:dot|titik)\s?\]|\(\s?(?:dot|titik)\s?\)|\b(?:dot|titik)\b)\s{0,2}"
_PROVIDER = re.compile(
    r"(?:g[ma]+i+a?l|googlemail|yahoo|ymail|outlook|hotmail|icloud|rocketmail|live|proton(?:mail)?|aol)"
    rf"(?P<end>{_DOT}(?:com|co|id|net|org|me)(?:{_DOT}id)?)?(?![a-z0-9_-])",
    re.IGNORECASE | re.ASCII,
)
_CALLED = re.compile(r"(?:e-?mail|surel|akun|gmail)[a-z]*[\s:=]*(?:saya|ku|nya)?[\s:=]*$", re.IGNORECASE)

# An address in the text; a name of a host counts where a path follows it.
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"\0]+|(?<![\w.@-])(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,10}/[^\s<>\"\0]*",
    re.IGNORECASE | re.ASCII,
)
_CHAT = re.compile(r"(?:wa\.me/|[?&]phone=)(?:\+|%2B)?(\d{9,15})(?!\d)", re.IGNORECASE)
_VALUE = re.compile(r"[?&#;]([a-z0-9_.\[\]-]{1,40})=([^&#;\s]{5,80})", re.IGNORECASE)
_MOBILE = re.compile(r"(?:\+|%2B)?(?:0|62)8[1-9]\d{7,10}", re.IGNORECASE)
_NAMED: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"nik|(?:no_?)?ktp", re.IGNORECASE), "nik"),
    (re.compile(r"(?:no_?)?kk", re.IGNORECASE), "family_card"),
    (re.compile(r"(?:no_?)?(?:hp|wa|telp?|telepon|phone|mobile|whatsapp)", re.IGNORECASE), "phone"),
    (re.compile(r"(?:no_?)?rek(?:ening)?", re.IGNORECASE), "account"),
)


def find_emails(text: str) -> Iterator[Span]:
    """The e-mail addresses of a plain text, from left to right."""
    last = 0
    for mark in _AT.finditer(text):
        start = _find_local(text, mark, last)
        end = None if start is None else _find_host(text, mark, start)
        if start is not None and end is not None:
            yield Span(start, end - start, "email")
            last = end


def _find_local(text: str, mark: re.Match[str], last: int) -> int | None:
    """Where the part before the @ begins; None where there is none, as in the name of an account (@dinas)."""
    end = mark.start()
    if end > last and text[end - 1] == " ":
        end -= 1
    start = end
    while start > max(last, end - 64) and text[start - 1] in _LOCAL:
        start -= 1
    while start < end and text[start] in ".-+":
        start += 1
    if start == end or text[start - 1 : start] == "@":  # @name@server: a public account of the fediverse
        return None
    return start


def _find_host(text: str, mark: re.Match[str], start: int) -> int | None:
    """Where the address ends; the looser it is written, the more must speak for it."""
    sign = mark.group().strip()
    after = mark.end()
    spaced = text[after : after + 1] == " "
    provider = _PROVIDER.match(text, after + spaced)
    host = None if spaced else _HOST.match(text, after)
    if sign.lower() in {"at", "et"}:  # an English word: only a whole address of a known provider
        return provider.end() if provider and provider["end"] else None
    local = text[start : mark.start()]
    if sign == "@" and local.endswith(" "):
        told = _CALLED.search(text[max(0, start - 25) : start]) or re.search(r"[\d._]", local)
        return provider.end() if provider and told else None
    return max((found.end() for found in (provider, host) if found), default=None)


def find_links(text: str) -> list[tuple[int, int]]:
    """Where the links of a text stand: their digits are addresses of pages, and nobody's."""
    return [found.span() for found in _LINK.finditer(text)] if "/" in text or "www." in text else []


def find_in_link(text: str, start: int, end: int) -> Iterator[Span]:
    """What a link gives away: the number of a chat, and values that are somebody's or are called so."""
    for chat in _CHAT.finditer(text, start, end):
        yield Span(chat.start(1), chat.end(1) - chat.start(1), "phone")
    for value in _VALUE.finditer(text, start, end):
        kind = _judge(value[1], value[2])
        if kind is not None:
            yield Span(value.start(2), len(value[2]), kind)


def _judge(name: str, value: str) -> Kind | None:
    if value.isdecimal() and len(value) == 16 and is_resident(value):
        return "family_card" if _NAMED[1][0].fullmatch(name) else "nik"
    if _MOBILE.fullmatch(value):
        return "phone"
    if sum(map(str.isdecimal, value)) < 6:
        return None
    return next((kind for pattern, kind in _NAMED if pattern.fullmatch(name)), None)

"""When a comment was written, found in the line that says so: "Budi am 3. Januar 2020 um 10:15 Uhr".

The day of a comment is sure where its page writes months as words; "03/04/2020" is sure only where the page's
language, or another comment of the page, says which number is the day.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import Literal

from collectors.dates import Stated, parse_date

Order = Literal["day", "month"]

# Month names of the languages whose blogs we meet; parse_date itself knows Indonesian and English.
_MONTH_NAMES = (
    "januari january januar jänner janvier enero gennaio janeiro jan ene gen jän janv",
    "februari february februar feber pebruari février fevrier febrero febbraio fevereiro feb peb févr fev",
    "maret march märz maerz maart mars marzo março mac mar mrz mär mrt",
    "april avril abril aprile apr abr avr",
    "mei may mai mayo maggio maio mag",
    "juni june juin junio giugno junho jun giu",
    "juli july juillet julio luglio julho julai jul juil lug",
    "agustus august augustus août aout agosto ogos aug agu agt ago",
    "september septembre septiembre settembre setembro sep sept set",
    "oktober october octobre octubre ottobre outubro okt oct ott out",
    "november novembre noviembre novembro nopember nov nop",
    "desember december dezember décembre decembre diciembre dicembre dezembro disember des dec dez dic déc",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")(?![^\W\d_])\.?"

_DAY = re.compile(
    r"(?<![\d.:/-])(?:"
    r"(?P<iy>(?:19|20)\d\d)[-/.](?P<im>\d{1,2})[-/.](?P<id>\d{1,2})(?!\d)"
    rf"|(?P<td>\d{{1,2}})(?:st|nd|rd|th|º|er)?[.,]?\s*(?:de\s|of\s|-|/)?\s*(?P<tm>{_MONTH})[\s,-/]*(?:de\s|del\s)?\s*"
    r"(?P<ty>(?:19|20)\d\d|'\d\d)(?!\d)"
    rf"|(?<![^\W\d_])(?P<em>{_MONTH})\s*(?P<ed>\d{{1,2}})(?:st|nd|rd|th)?[\s,.]+(?P<ey>(?:19|20)\d\d)(?!\d)"
    r"|(?P<na>\d{1,2})(?P<sep>[./-])\s?(?P<nb>\d{1,2})(?P=sep)\s?(?P<ny>(?:19|20)\d\d|\d\d)(?![\d/-])"
    r")",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"[\s,|·•@()–—-]*(?:(?:um|at|a las|à|às|alle|om|pada|pukul|pkl|jam|kl|klo|t)\b\.?[\s:,]*)?"
    r"(?P<h>[01]?\d|2[0-3])(?P<sep>[:.h])(?P<m>[0-5]\d)(?:(?P=sep)(?P<s>[0-5]\d))?(?!\d)(?:[.,]\d{1,9})?"
    r"\s*(?P<half>[ap]\.?m\b\.?)?(?:\s*uhr\b)?"
    r"\s*(?P<zone>wib|wita|wit|z|utc|gmt|cest|cet|mesz|mez)?\b\s*(?P<offset>[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)
_CLOCK_BEFORE = re.compile(
    r"(?P<h>[01]?\d|2[0-3])(?P<sep>[:.])(?P<m>[0-5]\d)(?:(?P=sep)(?P<s>[0-5]\d))?\s*(?P<half>[ap]\.?m\b\.?)?(?:\s*uhr\b)?"
    r"(?P<zone>)(?P<offset>)[\s,|·•–—-]*(?:(?:on|am|,|pada|tanggal)\b[\s,]*)?(?:[^\W\d_]{2,10}[.,]?\s+)?$",
    re.IGNORECASE,
)
_OFFSETS = {"wib": "+07:00", "wita": "+08:00", "wit": "+09:00", "z": "+00:00", "utc": "+00:00", "gmt": "+00:00"}
_OFFSETS |= {"cet": "+01:00", "mez": "+01:00", "cest": "+02:00", "mesz": "+02:00"}
_DAY_FIRST = (
    "id",
    "de",
    "ms",
    "jv",
    "su",
    "nl",
    "fr",
    "es",
    "it",
    "pt",
    "da",
    "pl",
    "ru",
    "tr",
    "in",
    "en-gb",
    "en-au",
)
_BEFORE_DAY = re.compile(
    r"(?:[\s,|·•@(–—-]|\b(?:on|am|at|pada|tanggal|vor|le|el|il|op|the|"
    r"mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|senin|selasa|rabu|kamis|jumat|"
    r"sabtu|minggu|ahad|mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b\.?)+$",
    re.IGNORECASE,
)
MAX_LINE = 400  # a longer line is a text, not the place where a time stands


def find_date(line: str, zone: tzinfo | None, order: Order | None) -> Stated | None:
    """The first day (with its time of day) that a line of a comment states; None where it states none for sure.

    Without a zone, neither named nor given, only the day is sure.
    """
    line = " ".join(line[:MAX_LINE].split())
    match = _DAY.search(line)
    if match is None:
        return None
    day = _read_day(match, order)
    if day is None:
        return None
    clock = _CLOCK.match(line, match.end()) or _CLOCK_BEFORE.search(line[: match.start()])
    stated = None
    if clock is not None:
        offset = clock["offset"] or _OFFSETS.get((clock["zone"] or "").lower())
        if offset or zone is not None:
            stated = parse_date(f"{day} {_spell(clock)} {offset or ''}".strip(), zone or UTC)
    return stated or parse_date(day, UTC)


def has_date(line: str) -> bool:
    """Does a line state a day, whichever of its numbers that is?"""
    return _DAY.search(line[:MAX_LINE]) is not None


def cut_date(line: str) -> str:
    """What stands before the day that a line states: "Bob — September 4, 2006" gives "Bob —"."""
    match = _DAY.search(line[:MAX_LINE])
    return line if match is None else _BEFORE_DAY.sub("", line[: match.start()])


def read_machine_date(value: str, zone: tzinfo | None, order: Order | None) -> Stated | None:
    """What a `datetime` or `content` attribute states: ISO 8601 or epoch seconds; else as a line."""
    value = value.strip()
    if re.fullmatch(r"\d{9,10}|\d{13}", value):
        return parse_date(value, UTC)
    return find_date(value.replace("T", " ", 1) if re.match(r"\d{4}-\d\d-\d\dT", value) else value, zone, order)


def find_order(lines: list[str], language: str | None) -> Order | None:
    """Which number of "03/04/2020" is the day: as another line of the page shows, else as its language writes it."""
    firsts, seconds = 0, 0
    for line in lines:
        for match in _DAY.finditer(line[:MAX_LINE]):
            if match["na"] and match["sep"] != ".":
                firsts, seconds = max(firsts, int(match["na"])), max(seconds, int(match["nb"]))
    if firsts > 12 >= seconds:
        return "day"
    if seconds > 12 >= firsts:
        return "month"
    tag = (language or "").lower().replace("_", "-")
    if tag == "en-us" and firsts <= 12:
        return "month"
    return "day" if tag.startswith(_DAY_FIRST) and tag != "en-us" else None


def swap_days(line: str) -> str:
    """ "11/25/2026 08:00" as "25/11/2026 08:00": month first made day first."""
    return _DAY.sub(lambda match: f"{match['nb']}/{match['na']}/{match['ny']}" if match["na"] else match[0], line)


def _read_day(match: re.Match[str], order: Order | None) -> str | None:
    if match["iy"]:
        return f"{match['iy']}-{int(match['im']):02}-{int(match['id']):02}"
    if match["na"]:
        first, second = int(match["na"]), int(match["nb"])
        if match["sep"] == "." or first > 12:
            order = "day"
        elif second > 12:
            order = "month"
        if order is None:
            return None
        day, month = (first, second) if order == "day" else (second, first)
        return f"{_full(match['ny'])}-{month:02}-{day:02}"
    stated, name, number = match.group("ty", "tm", "td") if match["td"] else match.group("ey", "em", "ed")
    return f"{_full(stated.lstrip(chr(39)))}-{_MONTHS[name.rstrip('.').lower()]:02}-{int(number):02}"


def _full(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year) - (100 if int(year) > 69 else 0)


def _spell(clock: re.Match[str]) -> str:
    hour = int(clock["h"])
    if clock["half"] and hour <= 12:
        hour = hour % 12 + (12 if clock["half"][0] in "pP" else 0)
    return f"{hour:02}:{clock['m']}" + (f":{clock['s']}" if clock["s"] else "")


def is_future(stated: Stated, now: datetime) -> bool:
    """Does it lie more than a day ahead? Then the page's clock or our reading is wrong."""
    return (stated.at - now).total_seconds() > 86_400

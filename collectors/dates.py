"""Dates as sources write them, in Indonesian and English; a wrong date is worse than none.

A text must state exactly one day and at most one time of day, else it says nothing (docs/decisions/0021).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from collectors.item import Precision


@dataclass(frozen=True, slots=True)
class Stated:
    """What a source says about when: aware UTC, and how exact it was; a mere day is 12:00 UTC of that day."""

    at: datetime
    precision: Precision


_MONTH_NAMES = (
    "jan januari january",
    "feb peb februari februarie february pebruari",
    "mar mrt maret march",
    "apr april",
    "mei may",
    "jun juni june",
    "jul juli july julai",
    "agu agt ags agus agust aug agustus august ogos",
    "sep sept september",
    "okt oct oktober october",
    "nov nop november nopember",
    "des dec desember december disember",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")(?![a-z])\.?"

# Hours from UTC. Names with more than one meaning (IST, BST of Bangladesh …) are left out: see `_read_zone`.
_ZONES = {"wib": 7, "wita": 8, "wit": 9, "utc": 0, "gmt": 0, "ut": 0, "z": 0, "sgt": 8, "myt": 8, "jst": 9}
_ZONES |= {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}
_ZONES |= {"wet": 0, "west": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3, "aest": 10, "aedt": 11}

# A year of two digits only behind "/" or a month's name: "03-12-31" may begin with its year, "14.05.33" is a time.
_DAY = re.compile(
    r"(?<![\d.:/-])(?:"
    r"(?P<iy>\d{4})(?P<isep>[-/.])(?P<im>\d{1,2})(?P=isep)(?P<id>\d{1,2})(?![\d/-])"
    rf"|(?P<td>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*of)?[\s,./-]*(?P<tm>{_MONTH})[\s,./-]*'?(?P<ty>\d{{4}}|\d{{2}})(?![\d:]|\.\d)"
    rf"|(?<![a-z])(?P<em>{_MONTH})\s*(?P<ed>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s*(?P<ey>\d{{4}})(?!\d)"
    rf"|(?P<yy>\d{{4}})[\s,-]*(?P<ym>{_MONTH})[\s,-]*(?P<yd>\d{{1,2}})(?![\d:])"
    r"|(?P<na>\d{1,2})(?P<nsep>[-/.])(?P<nb>\d{1,2})(?P=nsep)(?P<ny>\d{4}|(?<=/)\d{2})(?![\d/-]|[:.]\d)"
    r"|(?P<cy>(?:19|20)\d{2})(?P<cm>\d{2})(?P<cd>\d{2})(?=t\d|$)"
    r"|(?P<oy>(?:19|20)\d{2})-(?P<od>\d{3})(?![\d-])"
    r")",
    re.IGNORECASE,
)
# "Thu Jan 1 19:48:21 GMT 2004", "Wed Aug 27 13:08:45 +0000 2008": the year stands behind the time.
_LATE_YEAR = re.compile(
    rf"(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})\s+(?P<time>\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:\s+[a-z]{{1,5}})?"
    r"(?:\s*[+-]\d{4})?)\s+(?P<year>\d{4})(?!\d)",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<![\d:.,+-])(?P<h>\d{1,2})(?P<sep>[:.])(?P<m>\d{2})(?:(?P=sep)(?P<s>\d{2})(?:[.,]\d{1,9})?)?(?![\d:])"
    r"|(?<=\dt)(?P<ch>\d{2})(?P<cm>\d{2})(?P<cs>\d{2})?(?!\d)"
    r"|(?<![\d:.,+-])(?P<eh>\d{1,2})(?=\s*[ap]\.?m\b)",
    re.IGNORECASE,
)
_HALF = re.compile(r"\s*(?:([ap])\.?m\b\.?|(pagi|siang|sore|petang|malam)\b)", re.IGNORECASE)
_ZONE = re.compile(
    r"[\s,(]*(?:([a-z]{1,5})\b\.?)?\s*\(?(?:(?:utc|gmt)?\s*([+\u2212-]\d{1,2}(?::?\d{2})?)(?!\d))?", re.IGNORECASE
)
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}")
_MAX_LENGTH = 200
_FIRST_YEAR = 1900  # before it a year is a default or a slip: 0, 1, 100


def parse_date(text: str, zone: tzinfo, now: datetime | None = None) -> Stated | None:
    """The instant or day a text states, or None; `zone` is used where it names none.

    All-numeric days are read day first, as Indonesia writes them. Relative times ("2 jam lalu") need `now`.
    """
    text = " ".join(text.split())
    if not text or len(text) > _MAX_LENGTH:
        return None
    try:
        if plain := _PLAIN.fullmatch(text):
            return _read_plain(plain)
        if _EPOCH.fullmatch(text):
            return _read_epoch(text)
        if now is not None and (stated := _read_relative(text, now, zone)) is not None:
            return stated
        return _read_absolute(_LATE_YEAR.sub(r"\g<day> \g<month> \g<year> \g<time>", text), zone)
    except (ValueError, OverflowError):  # a 31 February, an hour 25, the last day of year 9999 west of Greenwich
        return None


# The two forms that nearly all feeds use; read by the general rules they give the same, five times as slowly.
_CLOCK = r"(?:[01]\d|2[0-3])(?::[0-5]\d){2}"
_PLAIN = re.compile(
    r"(?:[A-Za-z]{3}, )?(?P<d>\d{2}) (?P<m>[A-Z][a-z]{2}) (?P<y>\d{4}) "
    rf"(?P<t>{_CLOCK}) (?P<z>[+-]\d{{4}}|GMT)"
    rf"|(?P<iso>\d{{4}}-\d{{2}}-\d{{2}}T{_CLOCK})(?:\.\d{{1,9}})?(?P<iz>[+-]\d{{2}}:\d{{2}}|Z)"
)


def _read_plain(match: re.Match[str]) -> Stated | None:
    if match["iso"]:
        return _stated(datetime.fromisoformat(match["iso"] + match["iz"]), "second")
    month = _MONTHS.get(match["m"].lower())
    zone = "Z" if match["z"] == "GMT" else match["z"]
    if month is None:
        return None
    return _stated(datetime.fromisoformat(f"{match['y']}-{month:02}-{match['d']}T{match['t']}{zone}"), "second")


def _stated(at: datetime, precision: Precision) -> Stated | None:
    """The instant in UTC, unless it is the missing date that somebody formatted: the year 1 or the first second."""
    at = at.astimezone(UTC)
    return None if at.year < _FIRST_YEAR or at == _EPOCH_START else Stated(at, precision)


_EPOCH_START = datetime(1970, 1, 1, tzinfo=UTC)


def _read_absolute(text: str, zone: tzinfo) -> Stated | None:
    days = list(_DAY.finditer(text))
    if len(days) != 1:
        return None
    day = _read_day(days[0])
    if day is None:
        return None
    rest = text[: days[0].start()] + "|" + text[days[0].end() :]
    # In "20191105t140500" the time is known by the "t" behind a digit, which the day took away.
    rest = re.sub(r"\|t(?=\d)", "|0t", rest, flags=re.IGNORECASE) if days[0]["cy"] else re.sub(r"(?i)\|t", "| ", rest)
    return _read_time(rest, day, zone)


def _read_day(match: re.Match[str]) -> date | None:
    if match["oy"]:
        return date(int(match["oy"]), 1, 1) + timedelta(days=int(match["od"]) - 1)
    if match["na"]:
        return _read_numeric_day(int(match["na"]), int(match["nb"]), match["ny"])
    year, month, day = next(
        (match[f"{way}y"], match[f"{way}m"], match[f"{way}d"]) for way in "iteyc" if match[f"{way}y"] is not None
    )
    number = int(month) if month.isdigit() else _MONTHS[month.rstrip(".").lower()]
    return _checked(date(_full_year(year), number, int(day)))


def _read_numeric_day(first: int, second: int, year: str) -> date | None:
    """Day first; month first only where day first is impossible and so nothing is guessed ("08/25/2019")."""
    day, month = (first, second) if second <= 12 else (second, first)
    return _checked(date(_full_year(year), month, day))


def _full_year(year: str) -> int:
    return int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= 69 else 2000)  # RFC 822's two digits


def _checked(day: date) -> date | None:
    return day if day.year >= _FIRST_YEAR else None


def _read_time(rest: str, day: date, zone: tzinfo) -> Stated | None:
    """The day with the one time of day in the rest of the text; None where more digits stand than are understood."""
    match = _TIME.search(rest)
    if match is None:
        return None if re.search(r"\d", rest.replace("|0t", "")) else _whole_day(day)
    hour, position = _read_half(rest, match.end(), int(match["h"] or match["ch"] or match["eh"]))
    offset, position = _read_zone(rest, position, zone)
    if re.search(r"\d", rest[: match.start()].replace("|0t", "") + rest[position:]):
        return None
    if offset is None:
        return _whole_day(day)
    seconds = match["s"] or match["cs"]
    clock = timedelta(hours=hour, minutes=int(match["m"] or match["cm"] or 0), seconds=min(59, int(seconds or 0)))
    if clock > timedelta(days=1) or int(match["m"] or 0) > 59:
        return None
    local = datetime(day.year, day.month, day.day) + clock  # noqa: DTZ001 -- its zone is set below
    return _stated(local.replace(tzinfo=offset), "second" if seconds else "minute")


def _read_half(rest: str, position: int, hour: int) -> tuple[int, int]:
    """The hour of 24, by "pm", "sore" or "malam" behind a time, and where the text goes on."""
    half = _HALF.match(rest, position)
    if half is None:
        return hour, position
    if half[1] and hour <= 12:
        hour = hour % 12 + (12 if half[1].lower() == "p" else 0)
    elif half[2] and hour < 12 and (half[2].lower() in {"sore", "petang"} or _is_late(half[2].lower(), hour)):
        hour += 12
    return hour, half.end()


def _is_late(word: str, hour: int) -> bool:
    return (word == "siang" and hour < 5) or (word == "malam" and hour >= 6)


def _read_zone(rest: str, position: int, zone: tzinfo) -> tuple[tzinfo | None, int]:
    """The zone named behind a time, the given one where none is, None for an unknown one; where the text goes on."""
    match = _ZONE.match(rest, position)
    if match is None:
        return zone, position
    name, offset = match[1], match[2]
    if offset:
        sign = 1 if offset[0] == "+" else -1
        digits = offset[1:].replace(":", "")
        hours, minutes = int(digits[:2]), int(digits[2:] or 0)
        return timezone(sign * timedelta(hours=hours, minutes=minutes)), match.end()
    if name is None:
        return zone, position
    if name.lower() in _ZONES:
        return timezone(timedelta(hours=_ZONES[name.lower()])), match.end(1)
    # An unknown name in capitals may be a zone (IST is three of them): then only the day is sure.
    return (None if name.isupper() and 3 <= len(name) <= 5 else zone), position


def _whole_day(day: date) -> Stated:
    return Stated(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), "day")


def _read_epoch(text: str) -> Stated | None:
    seconds = float(text) / (1000 if len(text.partition(".")[0]) >= 12 else 1)
    return Stated(datetime.fromtimestamp(seconds, UTC).replace(microsecond=0), "second")


_AGO = re.compile(
    r"(?P<n>\d{1,3}|se|an?)\s*(?P<unit>detik|dtk|seconds?|secs?|menit|mnt|minutes?|mins?|jam|hours?|hrs?|hari|days?)"
    r"\s+(?:yang\s+)?(?:lalu|yg lalu|ago)",
    re.IGNORECASE,
)
_NOW = re.compile(r"baru saja|barusan|just now", re.IGNORECASE)
_NEAR_DAY = re.compile(r"(?P<today>hari ini|today)|kemarin|yesterday", re.IGNORECASE)


def _read_relative(text: str, now: datetime, zone: tzinfo) -> Stated | None:
    """A time relative to now. Weeks, months and years are too vague to name a day, so they say nothing."""
    if _NOW.fullmatch(text):
        return Stated(now.astimezone(UTC).replace(microsecond=0), "minute")
    today = now.astimezone(zone).date()
    if near := _NEAR_DAY.match(text):
        return _read_time(text[near.end() :], today if near["today"] else today - timedelta(days=1), zone)
    ago = _AGO.fullmatch(text)
    if ago is None:
        return None
    count = int(ago["n"]) if ago["n"].isdigit() else 1
    unit = ago["unit"].lower()
    if unit.startswith(("hari", "day")):
        return _whole_day(today - timedelta(days=count))
    size = {"d": 1, "s": 1, "m": 60, "j": 3600, "h": 3600}[unit[0]]
    return Stated((now - timedelta(seconds=count * size)).astimezone(UTC).replace(microsecond=0), "minute")

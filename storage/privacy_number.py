"""Numbers that are somebody's: NIK, family card, telephone, bank account; told from look-alikes by shape and label.

A number is read as its groups of digits and what stands between them. From each group at most eighteen digits are
looked at, so the time is linear however hostile the text is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from storage.privacy_label import BANKS, Label, read_label
from storage.privacy_span import Kind, Span

_GROUP = re.compile(r"[0-9]+")
_GAP = re.compile(r"[ .\-()+]{1,3}")
_MOST = 18  # digits

# Provinces of the register of regions (Kepmendagri), by the first two digits of a NIK.
_PROVINCES = frozenset(
    (*range(11, 20), 21, *range(31, 37), *range(51, 54), *range(61, 66), *range(71, 77), 81, 82, *range(91, 98))
)
# How sixteen digits are written by people who do not say what they are.
_SHAPES = frozenset(
    {(16,), (4, 4, 4, 4), (6, 6, 4), (6, 10), (12, 4), (8, 8), (2, 2, 2, 6, 4), (2, 2, 2, 2, 2, 2, 4)}
    | {(2,) * 8, (1,) * 16}
)
_AREA = re.compile(r"0(?:2[1-9]|3[1-9]|4[1-9]|5[1-9]|6[1-9]|7[1-9]|9[1-8])\d?")
_MOBILE = re.compile(r"0?8[1-9]")
_OWNER = re.compile(
    rf"[\s(,.:/-]{{0,4}}(?:rek(?:ening)?\.?\s)?(?:a\.\s?n\b|an\.?\s|a/n\b|atas\snama\b|(?:{BANKS})\b)",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True)
class Number:
    """Some neighbouring groups of digits of a text, read as one number."""

    text: str
    groups: Sequence[tuple[int, int]]

    @cached_property
    def digits(self) -> str:
        return "".join(self.text[start:end] for start, end in self.groups)

    @cached_property
    def shape(self) -> tuple[int, ...]:
        return tuple(end - start for start, end in self.groups)

    @cached_property
    def gaps(self) -> tuple[str, ...]:
        return tuple(self.text[a[1] : b[0]] for a, b in zip(self.groups, self.groups[1:], strict=False))

    @property
    def start(self) -> int:
        return self.groups[0][0]

    @property
    def end(self) -> int:
        return self.groups[-1][1]

    @property
    def is_even(self) -> bool:
        """Is the same sign between all groups?"""
        return len(set(self.gaps)) <= 1

    @property
    def has_plus(self) -> bool:
        return self.text[max(0, self.start - 1) : self.start] == "+"

    @property
    def is_price(self) -> bool:
        """1.250.000: groups of three behind dots; or a round number."""
        dotted = len(self.shape) > 1 and self.shape[0] <= 3 and set(self.shape[1:]) == {3} and set(self.gaps) == {"."}
        return dotted or (len(self.shape) == 1 and self.digits[0] != "0" and self.digits.endswith("00000"))

    @property
    def is_date(self) -> bool:
        return len(self.digits) == 8 and self.shape in {(2, 2, 4), (4, 2, 2)}


def find_numbers(text: str) -> Iterator[Span]:
    """The numbers of a plain text (`make_plain`) that are somebody's, from left to right."""
    for run in _split_runs(text):
        at = tried = 0
        while at < len(run):
            # A row of single digits is one number from its beginning, or none.
            inside = tried < at and _is_single(run[at - 1]) and _is_single(run[at])
            found = None if inside else _find_at(text, run, at)
            if found is None:
                at += 1
                continue
            kind, number = found
            begin = number.start - (1 if kind == "phone" and number.has_plus else 0)
            yield Span(begin, number.end - begin, kind)
            at = tried = at + len(number.groups)


def _is_single(group: tuple[int, int]) -> bool:
    return group[1] - group[0] == 1


def _split_runs(text: str) -> Iterator[list[tuple[int, int]]]:
    """Groups of digits that could be one number: nothing but a few spaces, dots, dashes and brackets between them."""
    run: list[tuple[int, int]] = []
    for found in _GROUP.finditer(text):
        start, end = found.span()
        if run and not _GAP.fullmatch(text, run[-1][1], start):
            yield run
            run = []
        run.append((start, end))
    if run:
        yield run


def _find_at(text: str, run: Sequence[tuple[int, int]], at: int) -> tuple[Kind, Number] | None:
    """The number that begins with this group, if it is somebody's."""
    numbers = list(_read(text, run, at))
    if not numbers or len(numbers[-1].digits) < 5:
        return None
    label = read_label(text, numbers[0].start)
    finders = (_find_account, _find_nik, _find_phone) if label.says("account") else (_find_nik, _find_phone)
    for find in finders:
        found = find(numbers, label)
        if found is not None and not _goes_on(found[1], label):
            return found
    return None if label.says("account") else _find_owned(numbers, label)


def _read(text: str, run: Sequence[tuple[int, int]], at: int) -> Iterator[Number]:
    """The number of one group, of two, … as long as it has not too many digits."""
    count = 0
    for end in range(at, len(run)):
        count += run[end][1] - run[end][0]
        if count > _MOST:
            return
        yield Number(text, run[at : end + 1])


def _goes_on(number: Number, label: Label) -> bool:
    """Does it go on with a letter, as codes and names of files do? People glue words to a number they have named."""
    after = number.text[number.end : number.end + 1]
    return (after.isalpha() or after == "_") and not label.says("nik", "family_card", "phone", "account", within=12)


def is_resident(digits: str) -> bool:
    """Is this a NIK or the number of a family card: region, day (a woman's plus 40), month, year, serial number?"""
    day = int(digits[6:8])
    return (
        len(set(digits)) > 2
        and int(digits[:2]) in _PROVINCES
        and 1 <= int(digits[2:4]) <= 79
        and digits[4:6] != "00"
        and (1 <= day <= 31 or 41 <= day <= 71)
        and 1 <= int(digits[8:10]) <= 12
    )


def _find_nik(numbers: Sequence[Number], label: Label) -> tuple[Kind, Number] | None:
    if label.denies:
        return None
    kind: Kind = "family_card" if label.says("family_card") else "nik"
    named = label.says("nik", "family_card")
    for number in numbers:
        if len(number.digits) == 16 and is_resident(number.digits):
            if named or (number.shape in _SHAPES and number.is_even and not _has_more(number)):
                return kind, number
            return None
    # Typed wrongly, it still tells who it is: one digit too many or too few, a day that is none.
    whole = numbers[-1]
    if label.says("nik", "family_card", within=20) and 15 <= len(whole.digits) <= 17 and min(whole.shape) > 0:
        return kind, whole
    return None


def _has_more(number: Number) -> bool:
    """Do digits follow in the same way, so that this is the beginning of a longer number?"""
    gap = number.gaps[0] if number.gaps else ""
    return bool(gap) and bool(re.match(rf"{re.escape(gap)}\d", number.text[number.end : number.end + 4]))


def _find_phone(numbers: Sequence[Number], label: Label) -> tuple[Kind, Number] | None:
    first = numbers[0]
    if label.denies or not (first.digits[0] in "068" or first.has_plus or label.says("phone", within=4)):
        return None
    for number in reversed(numbers):
        if (
            _is_mobile(number, label)
            or _is_foreign(number)
            or _is_landline(number, label)
            or _is_local(number, label)
        ):
            return "phone", number
    return None


def _is_mobile(number: Number, label: Label) -> bool:
    digits, shape = number.digits, number.shape
    named = label.says("phone", within=30)
    prefix = next((p for p in ("0062", "620", "62", "") if digits.startswith(p)), "")
    rest = digits[len(prefix) :].removeprefix("0")
    if not (_MOBILE.match(rest) and 9 <= len(rest) <= 12):
        return False
    if not prefix and digits[0] != "0" and not (named and label.distance <= 4):
        return False
    if not prefix and len(shape) > 1 and shape[0] == 2:  # a day and a month begin like this too
        return set(shape) == {2} and number.is_even and number.gaps[0] != "."
    return set(shape) == {1} or min(shape[1:], default=2) >= 2 or bool(prefix)


def _is_foreign(number: Number) -> bool:
    return number.has_plus and 9 <= len(number.digits) <= 15 and number.digits[0] != "0"


def _is_landline(number: Number, label: Label) -> bool:
    """An area code and five to eight digits: (0341) 12345, 0341-571234; in one piece only where it is called one."""
    digits, shape = number.digits, number.shape
    if digits.startswith("62") and number.has_plus:
        return 9 <= len(digits) <= 13
    if not (_AREA.match(digits) and 8 <= len(digits) <= 12):
        return False
    named = label.says("phone", within=30)
    if len(shape) == 1:
        return named and len(digits) >= 9
    area, rest = _AREA.fullmatch(digits[: shape[0]]), digits[shape[0] :]
    gap = number.gaps[0]
    bracketed = gap.startswith(")")
    enough = len(rest) >= (5 if bracketed or named else 6)
    return bool(area) and enough and len(rest) <= 8 and min(shape) >= 3 and (bracketed or named or "." not in gap)


def _is_local(number: Number, label: Label) -> bool:
    """Without an area code, where somebody says that it is a telephone; not the short numbers of services."""
    near = label.says("phone", within=3) and len(number.shape) <= 2 and not number.is_price
    return near and 6 <= len(number.digits) <= 8 and number.digits[0] not in "01" and min(number.shape) >= 3


def _find_account(numbers: Sequence[Number], label: Label) -> tuple[Kind, Number] | None:
    if label.glued:
        return None
    for number in reversed(numbers):
        usual = 10 <= len(number.digits) <= 16 and min(number.shape) >= 1
        if usual and not number.is_price and not number.is_date and not _MOBILE.match(number.digits[:3]):
            return "account", number
    return None


def _find_owned(numbers: Sequence[Number], label: Label) -> tuple[Kind, Number] | None:
    """A number behind which stands whose account it is, or in which bank."""
    if label.denies:
        return None
    for number in reversed(numbers):
        if 10 <= len(number.digits) <= 16 and not number.is_price and _OWNER.match(number.text, number.end):
            return "account", number
    return None

"""JSON as strangers send it: depth, numbers and types are checked before anybody builds on them (F17)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from collectors.collector import ParseError

_LARGEST = 2**63 - 1  # what both databases can store; a larger number is no number to us
_DIGITS = 19
_DEPTH = 100


class RecordError(ValueError):
    """One record has a field of the wrong type; `str()` names the field. Its neighbours are still good."""


def load_json(body: bytes, subject: str) -> object:
    """The document in `body`; ParseError with one sentence when it is not JSON.

    NaN, Infinity and numbers that do not fit into 64 bits are read as null: their record lacks the field,
    the rest of the document is kept.
    """
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not body.strip():
        raise ParseError(subject, "the answer is empty where JSON was expected")
    if start.startswith(b"<"):
        raise ParseError(subject, "the answer is a web page or XML where JSON was expected")
    try:
        document: object = json.loads(
            body, parse_int=_parse_int, parse_float=_parse_float, parse_constant=_refuse_constant
        )
    except RecursionError:
        raise ParseError(subject, "the JSON is nested too deeply") from None
    except UnicodeDecodeError as error:
        raise ParseError(subject, f"the JSON is not valid text at byte {error.start}") from None
    except ValueError as error:
        raise ParseError(subject, f"the answer is no valid JSON ({error})") from None
    if _is_deep(document):
        raise ParseError(subject, f"the JSON is nested deeper than {_DEPTH} levels")
    return document


def get_text(record: Mapping[str, object], name: str) -> str | None:
    """The text under `name`, None where it is missing or null; a number is read as its text."""
    value = record.get(name)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise RecordError(f'"{name}" is {_name(value)}, not text')


def get_int(record: Mapping[str, object], name: str) -> int | None:
    """The whole number under `name` ("12" and 12.0 count), None where it is missing or null."""
    value = record.get(name)
    if isinstance(value, str) and value.strip().lstrip("-").isascii() and value.strip().lstrip("-").isdigit():
        value = _parse_int(value.strip())
    if isinstance(value, float) and value.is_integer() and abs(value) <= _LARGEST:
        value = int(value)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise RecordError(f'"{name}" is {_name(value)}, not a whole number')


def get_number(record: Mapping[str, object], name: str) -> float | None:
    """The number under `name`, None where it is missing or null."""
    value = record.get(name)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise RecordError(f'"{name}" is {_name(value)}, not a number')


def get_object(record: Mapping[str, object], name: str) -> dict[str, object]:
    """The object under `name`; an empty one where it is missing or null."""
    value = record.get(name)
    if value is None or value == []:  # PHP writes an empty object as an empty list
        return {}
    if isinstance(value, dict):
        return value
    raise RecordError(f'"{name}" is {_name(value)}, not an object')


def get_list(record: Mapping[str, object], name: str) -> list[object]:
    """The list under `name`; an empty one where it is missing or null."""
    value = record.get(name)
    if value is None:
        return []
    if isinstance(value, list):
        return value
    raise RecordError(f'"{name}" is {_name(value)}, not a list')


def as_object(value: object, what: str = "the record") -> dict[str, object]:
    """The value as an object; RecordError names `what` when it is something else."""
    if isinstance(value, dict):
        return value
    raise RecordError(f"{what} is {_name(value)}, not an object")


def _parse_int(digits: str) -> int | None:
    if len(digits.lstrip("-")) > _DIGITS:
        return None
    number = int(digits)
    return number if abs(number) <= _LARGEST else None


def _parse_float(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _refuse_constant(_name_of_constant: str) -> None:
    return None


def _is_deep(document: object) -> bool:
    level = [document]
    for _ in range(_DEPTH):
        level = [
            child
            for value in level
            if isinstance(value, dict | list)
            for child in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return True


def _name(value: object) -> str:
    kinds = {
        bool: "true or false",
        dict: "an object",
        list: "a list",
        str: "text",
        int: "a number",
        float: "a number",
    }
    return kinds.get(type(value), "null")

"""How a parsing child sends its result: as JSON, because reading JSON can run nothing, whoever wrote it.

Pickle would be quicker (0.4 ms for 50 items, against 0.8), but ten forged bytes of it can take gigabytes
(docs/decisions/0011). Each collection and record is an array whose first element says what it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import import_module
from operator import attrgetter
from typing import Any

_PLAIN = frozenset({str, int, float, bool, type(None)})
_MAX_DEPTH = 40


class ParcelError(ValueError):
    """The value cannot be sent, or what came is no parcel."""


def pack(value: Any) -> bytes:
    """A value as bytes: records, lists, tuples, dicts, texts, numbers, bytes and times; ParcelError for others."""
    text = json.dumps(_pack(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def unpack(parcel: bytes) -> Any:
    """The value again, equal to what was packed; ParcelError for anything else."""
    try:
        return _unpack(json.loads(parcel.decode("utf-8", "surrogatepass")), 0)
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError, ImportError) as error:
        raise ParcelError(f"no parcel ({type(error).__name__})") from error


@cache
def _get_names(record: type) -> tuple[str, ...]:
    return tuple(entry.name for entry in fields(record))


@cache
def _get_reader(record: type) -> tuple[str, Callable[[Any], tuple[Any, ...]]]:
    """What a record is called, and what gives all its fields at once."""
    names = _get_names(record)
    read = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
    return f"{record.__module__}:{record.__name__}", read


def _pack(value: Any) -> Any:  # noqa: PLR0911 - one line a type
    kind: type = value.__class__
    if kind in _PLAIN:
        return value
    if kind is list or kind is tuple:
        return ["l" if kind is list else "t", *_pack_all(value)]
    if hasattr(kind, "__dataclass_fields__"):
        name, read = _get_reader(kind)
        return [name, *_pack_all(read(value))]
    if kind is dict:
        return ["d", *_pack_all(value), *_pack_all(value.values())]
    if kind is datetime or kind is date:
        return ["D" if kind is datetime else "Y", value.isoformat()]
    if kind is timedelta:
        return ["s", value.days, value.seconds, value.microseconds]
    if kind is bytes:
        return ["b", value.decode("latin-1")]
    if isinstance(value, str):  # a parser's own kind of text, which would drag its document along
        return str.__str__(value)
    raise ParcelError(f"a {kind.__name__} cannot be sent")


def _pack_all(values: Any) -> list[Any]:
    return [value if value.__class__ in _PLAIN else _pack(value) for value in values]


def _unpack(value: Any, depth: int) -> Any:
    if value.__class__ is not list:
        if value.__class__ is dict:
            raise ParcelError("an object")
        return value
    if depth > _MAX_DEPTH:
        raise ParcelError("too deep")
    kind = value[0]
    values = [each if each.__class__ in _PLAIN else _unpack(each, depth + 1) for each in value[1:]]
    read = _READERS.get(kind)
    return read(values) if read is not None else _unpack_record(kind, values)


def _unpack_record(name: str, values: list[Any]) -> Any:
    record = _find_record(name)
    return record(**dict(zip(_get_names(record), values, strict=True)))


@cache
def _find_record(name: str) -> type:
    module, _, kind = name.partition(":")
    if not re.fullmatch(r"collectors(\.[a-z_]+){1,2}", module):
        raise ParcelError("not a record of ours")
    found = getattr(import_module(module), kind, None)
    if not (isinstance(found, type) and is_dataclass(found) and found.__module__ == module):
        raise ParcelError("not a record")
    return found


def _unpack_dict(values: list[Any]) -> dict[Any, Any]:
    middle = len(values) // 2
    return dict(zip(values[:middle], values[middle:], strict=True))


_READERS: dict[Any, Any] = {
    "l": list,
    "t": tuple,
    "d": _unpack_dict,
    "D": lambda values: datetime.fromisoformat(*values),
    "Y": lambda values: date.fromisoformat(*values),
    "s": lambda values: timedelta(*values),
    "b": lambda values: bytes(values[0], "latin-1"),
}

"""What a batch changes: which of its mentions are new, edited, returned, or just as we hold them. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from storage.dialect import is_one_of, read_time, write_list
from storage.record import Incoming
from storage.row import KEPT, Keyed
from storage.timekey import make_key, place_keys


@dataclass(slots=True)
class Change:
    """A batch's mentions by what is to be done with them; what is in no list stays as it is."""

    new: list[Keyed] = field(default_factory=list)
    edited: list[Keyed] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)
    reacted: list[Keyed] = field(default_factory=list)
    fuller: list[Keyed] = field(default_factory=list)


_HELD = (
    "SELECT external_id, id, content_hash, gone, edited, reactions, " + ", ".join(KEPT) + " FROM mention"
    " WHERE source_id = %s AND {}"
)


def find_changes(source_id: int, mentions: dict[str, Incoming], now: datetime) -> Change:
    """Compare a batch with what we hold, looking up only the ids in hand."""
    held = _find_held(source_id, mentions)
    change = Change()
    for external_id, incoming in mentions.items():
        row = held.get(external_id)
        if row is not None:
            _compare(incoming, row, change)
    new = [incoming for external_id, incoming in mentions.items() if external_id not in held]
    for incoming in new:
        _check(incoming)
    wanted = [make_key(source_id, incoming.external_id, incoming.published, now) for incoming in new]
    keys = place_keys(wanted, _find_taken) if wanted else []
    change.new = sorted(zip(keys, new, strict=True), key=lambda keyed: keyed[0])
    change.edited.sort(key=lambda keyed: keyed[0])
    return change


def _compare(incoming: Incoming, row: tuple[Any, ...], change: Change) -> None:
    _, key, content_hash, gone, edited, reactions, *kept = row
    if bytes(content_hash) != incoming.content_hash and not _is_stale(incoming, read_time(edited)):
        _check(incoming)
        change.edited.append((key, incoming))
        return
    if gone is not None:
        change.returned.append(key)
    if incoming.reactions and (reactions is None or json.loads(reactions) != incoming.reactions):
        change.reacted.append((key, incoming))
    if None in kept and any(
        old is None and getattr(incoming, column) is not None for column, old in zip(KEPT, kept, strict=True)
    ):
        change.fuller.append((key, incoming))


def _is_stale(incoming: Incoming, edited: datetime | None) -> bool:
    """Is this a version that its source dates before the one we hold? A feed behind a cache sends such."""
    return incoming.edited is not None and edited is not None and incoming.edited < edited


def _check(incoming: Incoming) -> None:
    """Refuse what SQLite would take and nobody could read again; PostgreSQL refuses it itself."""
    if "\0" in incoming.external_id or "\0" in incoming.text or "\0" in (incoming.title or ""):
        raise ValueError("it holds a NUL character")


def _find_held(source_id: int, external_ids: Iterable[str]) -> dict[str, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_HELD.format(is_one_of("external_id")), (source_id, write_list(external_ids)))
        return {row[0]: row for row in cursor.fetchall()}


def _find_taken(keys: list[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM mention WHERE {is_one_of('id')}", (write_list(keys),))
        return {row[0] for row in cursor.fetchall()}

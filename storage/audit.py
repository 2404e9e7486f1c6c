"""The audit trail: the one place that writes it, and the proof that nobody changed or took away a row since.

Each row holds a hash over itself and the hash of the row before it; a head beside them says which row is the last.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from storage.connection import naming_errors
from storage.models import AuditEvent, AuditHead

_CHUNK = 2_000
_FIELDS = ("id", "at", "actor", "action", "subject", "before", "after", "why", "origin")


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the trail is not as it was written; `event` is the row's number."""

    event: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look through the whole trail found; `head` is its last hash, to be written down elsewhere."""

    events: int
    head: str
    breaks: tuple[Break, ...]


@naming_errors
def write_event(
    actor: str,
    action: str,
    subject: str,
    *,
    before: object = None,
    after: object = None,
    why: str = "",
    origin: str = "",
    at: datetime | None = None,
) -> AuditEvent:
    """Append one event: who did what to what, from where, and why; in the caller's transaction if there is one."""
    with transaction.atomic():
        head, _ = AuditHead.objects.select_for_update().get_or_create(pk=AuditHead.ONLY)
        event = AuditEvent(
            pk=head.last + 1,
            at=at or datetime.now(UTC),
            actor=actor[:200],
            action=action,
            subject=subject,
            before=_as_kept(before),
            after=_as_kept(after),
            why=why,
            origin=origin[:64],
        )
        event.chain = link(head.chain, [getattr(event, name) for name in _FIELDS])
        event.save(force_insert=True)
        AuditHead.objects.filter(pk=head.pk).update(last=event.pk, chain=event.chain)
    return event


def _as_kept(value: object) -> Any:
    """A value as both databases give it back."""
    return None if value is None else json.loads(json.dumps(value, ensure_ascii=False))


def link(before: str, values: list[Any]) -> str:
    """The hash of a row: over the hash of the row before it and the row's own values, in the order of `_FIELDS`."""
    spelled = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
    text = json.dumps([before, *spelled], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@naming_errors
def verify(known: str = "") -> Verdict:
    """Look through the whole trail; `known` is a head that somebody wrote down earlier and that must be in it."""
    breaks, count, last, chain, seen = [], 0, 0, "", not known
    with transaction.atomic():
        for row in _read():
            *values, stored = row
            if values[0] != last + 1:
                breaks.append(Break(values[0], _tell_missing(last + 1, values[0] - 1)))
            if link(chain, values) != stored:
                breaks.append(Break(values[0], "it, or the event before it, is not as it was written"))
            count, last, chain = count + 1, values[0], stored
            seen = seen or stored == known
        breaks += _compare_head(last, chain)
    if not seen:
        breaks.append(Break(last, "the head that was written down is not in the trail: it was written anew"))
    return Verdict(count, chain, tuple(breaks))


def _read() -> Iterator[tuple[Any, ...]]:
    rows = AuditEvent.objects.order_by("pk").values_list(*_FIELDS, "chain")
    return rows.iterator(chunk_size=_CHUNK)


def _compare_head(last: int, chain: str) -> Iterator[Break]:
    head = AuditHead.objects.filter(pk=AuditHead.ONLY).first() or AuditHead()
    if head.last > last:
        yield Break(head.last, _tell_missing(last + 1, head.last))
    elif (head.last, head.chain) != (last, chain):
        yield Break(last, "the head of the trail does not belong to its last event")


def _tell_missing(first: int, last: int) -> str:
    if first > last:
        return "its number is not the next one"
    return f"event {first} is missing" if first == last else f"the events {first} to {last} are missing"


def read_events(last: int, action: str = "") -> list[dict[str, Any]]:
    """The newest events whose action begins so, oldest first, as plain values."""
    rows = AuditEvent.objects.filter(action__startswith=action).order_by("-pk").values(*_FIELDS, "chain")[:last]
    return [{**row, "at": row["at"].isoformat()} for row in reversed(rows)]

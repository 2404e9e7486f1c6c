"""Quarantine, tried again by the present program: what it can read by now is stored once, the rest stays with why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from collectors.collector import Collected, ParseError
from collectors.collector import Cursor as Resume
from collectors.item import Author, Item
from pipeline.examine import examine
from pipeline.group import group_stories
from pipeline.memory import Memory, remember
from pipeline.run import Job, Means
from storage.ingest import save
from storage.models import Cursor, Quarantine
from storage.parcel import read_mention
from storage.quarantine import blame
from storage.record import Batch, Fence, Incoming


@dataclass(frozen=True, kw_only=True, slots=True)
class Replayed:
    """What became of the refused items of a source."""

    stored: int = 0  # new in the store, or an edit of what is there
    known: int = 0  # the store had them by now
    ignored: int = 0  # no term occurs in them
    refused: int = 0  # still
    busy: bool = False  # the source is being collected: nothing was done


def replay(job: Job, means: Means, rows: Iterable[Quarantine]) -> Replayed:
    """Try refused items of the job's source again; those that are read leave the quarantine."""
    with means.turns.take(f"source:{job.source_id}") as turn:
        if turn is None:
            return Replayed(busy=True)
        fences = (turn, means.fence) if means.fence else (turn,)
        total = Replayed()
        for row in rows:
            one = _replay_one(job, means, row, fences)
            counts = ("stored", "known", "ignored", "refused")
            total = Replayed(**{name: getattr(total, name) + getattr(one, name) for name in counts})
        return total


def _replay_one(job: Job, means: Means, row: Quarantine, fences: Sequence[Fence]) -> Replayed:
    memory = remember(job.source_id)
    try:
        mentions = _read(job, means, bytes(row.raw), memory)
    except (ValueError, ParseError) as error:
        blame(row, error.what if isinstance(error, ParseError) else str(error), means.now())
        return Replayed(refused=1)
    if not mentions:
        row.delete()
        return Replayed(ignored=1)
    stored, fresh = 0, frozenset(one.external_id for one in mentions)
    for part, _ in group_stories(job.source_id, mentions, fresh, means.grouping):
        state = Cursor.objects.filter(source=job.source_id).values_list("state", flat=True).first()
        batch = Batch(mentions=tuple(part), cursor=state or "{}", now=means.now())
        saved = save(job.source_id, batch, None, fences)
        if saved.new + saved.updated + saved.unchanged < len(part):
            if saved.quarantined:  # as another piece, with the store's own reason
                row.delete()
            else:
                blame(row, row.reason, means.now())
            return Replayed(refused=1)
        stored += saved.new + saved.updated
    row.delete()
    return Replayed(stored=1) if stored else Replayed(known=1)


def _read(job: Job, means: Means, raw: bytes, memory: Memory) -> list[Incoming]:
    """The mentions in a refused piece that are kept; ValueError or ParseError says why it cannot be read."""
    try:
        items: tuple[Item, ...] = (_make_item(read_mention(raw.decode())),)
    except (ValueError, TypeError, AttributeError, RecursionError):  # it is as the source wrote it
        items = means.sandbox.call("collectors.reread:reread", job.spec.kind, raw, job.spec.url)
    collected = Collected(items=items, cursor=Resume())
    examined, poison = examine(collected, job.spec, means.terms, memory, means.now())
    if poison:
        raise ValueError(poison[0].reason)
    return [one.mention for one in examined if one.verdict.kept]


def _make_item(mention: Incoming) -> Item:
    """A mention that the store refused, on its way from the beginning: a source can write what looks like one."""
    author = Author(name=mention.author_name, handle=mention.author_handle, url=mention.author_url)
    said = {field.name: getattr(mention, field.name) for field in fields(Item) if field.name != "author"}
    return Item(**said, author=author)

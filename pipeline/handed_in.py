"""What is handed in instead of being polled: a file's rows as a source of its own, and what an officer writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from collectors.collector import Collected, Context, Cursor, SourceSpec
from collectors.item import Item
from collectors.table import import_items
from collectors.tables.read import RefusedRow
from pipeline.examine import examine
from pipeline.memory import remember, write_cursor
from pipeline.terms import Terms
from storage.ingest import save
from storage.record import Batch

BATCH = 500  # rows that are stored in one transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class FileCollector:
    """Gives the rows of a file in batches, and tells of each row that was refused."""

    path: Path
    mapping: Mapping[str, str]  # column of the file = field of the item
    refuse: Callable[[RefusedRow], None]
    advance: Callable[[int], None] = lambda _: None

    def collect(self, spec: SourceSpec, cursor: Cursor, context: Context) -> Iterator[Collected]:
        """Every row, each time: what is known already changes nothing."""
        del context
        rows = import_items(self.path, self.mapping, spec.zone)
        while batch := list(islice(rows, BATCH)):
            for row in batch:
                if isinstance(row, RefusedRow):
                    self.refuse(row)
            yield Collected(items=tuple(row for row in batch if isinstance(row, Item)), cursor=cursor)
            self.advance(len(batch))


def save_entry(source_id: int, item: Item, spec: SourceSpec, terms: Terms, now: datetime) -> None:
    """Store one item that an officer wrote down: the way of a run, without its record, its turn and its stories.

    Two officers at two counters write at the same moment, and neither may wait for the other; and what is written at
    a counter is a message, no article. ValueError says why it cannot be stored.
    """
    collected = Collected(items=(item,), cursor=Cursor())
    examined, poison = examine(collected, spec, terms, remember(source_id), now)
    if poison:
        raise ValueError(poison[0].reason)
    (only,) = examined
    saved = save(source_id, Batch(mentions=(only.mention,), cursor=write_cursor(Cursor(), None), now=now))
    if saved.quarantined:
        raise ValueError("the store refuses it")

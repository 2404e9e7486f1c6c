"""A file that was handed in, as a source: its rows go the same way into the store as what is collected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from collectors.collector import Collected, Context, Cursor, SourceSpec
from collectors.item import Item
from collectors.table import import_items
from collectors.table_read import RefusedRow

if TYPE_CHECKING:
    from pipeline.outcome import Outcome

from kentongan.assembly import open_means
from kentongan.config import Config, SourceConfig
from kentongan.roster import sync

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


def store_file(config: Config, source: SourceConfig, collector: FileCollector) -> Outcome:
    """Run the file as a source of its own, which stays in the store when it stands in no configuration."""
    from pipeline.run import Job, run_source

    others = tuple(one for one in config.sources if one.name != source.name)
    ids = sync(config.model_copy(update={"sources": (*others, source)}))
    with open_means(config) as means:
        return run_source(Job(source_id=ids[source.name], spec=config.get_spec(source), collector=collector), means)

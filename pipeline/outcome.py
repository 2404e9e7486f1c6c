"""How a run ended: counted batch by batch, told as `collect --json` tells it, and handed to the store."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from storage.history import begin_run, end_run
from storage.record import Ending, Saved


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One run of one source; the fields are those of a line of `collect --json`."""

    source: str
    kind: str
    outcome: str  # ok | partial | failed | skipped
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    gone: int = 0
    ignored: int = 0
    quarantined: int = 0
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    error: str | None = None

    def to_json(self) -> dict[str, object]:
        """The record that `collect --json` prints."""
        return asdict(self)


@dataclass(slots=True)
class Tally:
    """What the batches of a run changed so far, and how it went wrong."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0  # offered to the store and found the same
    gone: int = 0
    quarantined: int = 0
    passed: int = 0  # recognised by the collector without being offered
    ignored: int = 0
    batches: int = 0
    note: str = ""
    outcome: str = "ok"
    error: str = ""

    def add(self, saved: Saved) -> None:
        """Count a stored batch."""
        self.new += saved.new
        self.updated += saved.updated
        self.unchanged += saved.unchanged
        self.gone += saved.gone
        self.quarantined += saved.quarantined
        self.batches += 1

    def fail(self, error: str, *, skipped: bool = False) -> None:
        """The run ends here: what was stored before makes it partial."""
        self.outcome = "partial" if self.batches else "skipped" if skipped else "failed"
        self.error = error

    def end(self, requests: int, size: int, seconds: float) -> Ending:
        """The run's record for the store."""
        saved = Saved(
            new=self.new,
            updated=self.updated,
            unchanged=self.unchanged,
            gone=self.gone,
            quarantined=self.quarantined,
        )
        return Ending(
            outcome=self.outcome,
            ignored=self.ignored,
            unchanged=self.passed,
            requests=requests,
            bytes=size,
            seconds=round(seconds, 3),
            error=self.error,
            note=self.note,
            saved=saved,
        )


class Record:
    """The row of one run. It is made with the first batch that is stored, or at the end: most runs store nothing."""

    def __init__(self, source_id: int, started: datetime) -> None:
        self._source_id = source_id
        self._started = started
        self._id: int | None = None

    def get_id(self) -> int:
        """The row's key, for what the run stores."""
        if self._id is None:
            self._id = begin_run(self._source_id, self._started)
        return self._id

    def end(self, ending: Ending, now: datetime) -> None:
        """Record how the run ended."""
        end_run(self._id, self._source_id, self._started, ending, now)


def tell_outcome(source: str, kind: str, ending: Ending) -> Outcome:
    """The outcome of a run as its record says it."""
    saved = ending.saved
    return Outcome(
        source=source,
        kind=kind,
        outcome=ending.outcome,
        new=saved.new,
        updated=saved.updated,
        unchanged=saved.unchanged + ending.unchanged,
        gone=saved.gone,
        ignored=ending.ignored,
        quarantined=saved.quarantined,
        requests=ending.requests,
        bytes=ending.bytes,
        seconds=ending.seconds,
        error=ending.error or None,
    )

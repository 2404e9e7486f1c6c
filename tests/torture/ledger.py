"""The account at the end: what the store holds beside what was published, and how late good sources were polled."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.torture.program import Fall
from tests.torture.town import Good, Notice

if TYPE_CHECKING:
    import sqlite3

MAX_SENTENCE = 400
_UNCLEAR = ("Traceback", "internal error", "Error(", "object at 0x", "\n")


def is_clear(sentence: str) -> bool:
    """Is it one line for a person, of a length that is read?"""
    return 10 < len(sentence) <= MAX_SENTENCE and not any(word in sentence for word in _UNCLEAR)


@dataclass(kw_only=True)
class Account:
    """One good source: what it published and what became of it."""

    good: Good
    polls: int = 0
    gap: float = 0.0  # seconds: the largest time between two polls
    silence: float = 0.0  # seconds: the largest time between two successful ones
    late: list[str] = field(default_factory=list)
    published: int = 0  # before the last successful poll
    stored: int = 0
    revisions: int = 0
    gone: int = 0
    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def row(self) -> tuple[object, ...]:
        """The line of the table."""
        counts = (self.published, self.stored, self.revisions, self.gone)
        return (
            self.good.name,
            self.polls,
            self.gap,
            self.silence,
            *counts,
            len(self.lost),
            len(self.double),
            len(self.late),
        )

    @property
    def faults(self) -> list[str]:
        return [
            f"{self.good.name}: {kind} {one}"
            for kind in ("late", "lost", "double", "wrong")
            for one in getattr(self, kind)
        ]


class Store:
    """The SQLite file as it lies there, read without the program's own models."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def ask(self, statement: str, *values: object) -> list[Any]:
        return self._connection.execute(statement, values).fetchall()

    def find_damage(self) -> list[str]:
        """What is wrong whoever published what."""
        integrity = [row[0] for row in self.ask("PRAGMA integrity_check") if row[0] != "ok"]
        twice = self.ask("SELECT source_id, external_id FROM mention GROUP BY 1, 2 HAVING count(*) > 1")
        unsearchable = self.ask(
            "SELECT (SELECT count(*) FROM mention), (SELECT count(*) FROM mention_search) "
            "WHERE (SELECT count(*) FROM mention) <> (SELECT count(*) FROM mention_search)"
        )
        loose = self.ask("PRAGMA foreign_key_check")
        return [*integrity, *(f"{found}" for rows in (twice, unsearchable, loose) for found in rows)]

    def find_unclear(self, prefix: str) -> list[str]:
        """Runs of the bad sources that do not say in one clear sentence what was wrong, or gave an item."""
        rows = self.ask(
            "SELECT s.name, r.outcome, r.error, r.new + r.updated FROM run r JOIN source s ON s.id = r.source_id "
            "WHERE s.name LIKE ? AND r.finished IS NOT NULL",
            f"{prefix}%",
        )
        return [
            f"{name}: {outcome} {error!r}"
            for name, outcome, error, items in rows
            if items or (outcome != "ok" and not is_clear(error))
        ]

    def count_runs(self, prefix: str) -> Counter[str]:
        """Runs by outcome; those that a kill cut off have none."""
        return Counter(
            dict(
                self.ask(
                    "SELECT CASE WHEN r.finished IS NULL THEN 'cut off' ELSE r.outcome END, count(*) FROM run r "
                    "JOIN source s ON s.id = r.source_id WHERE s.name LIKE ? GROUP BY 1",
                    f"{prefix}%",
                )
            )
        )

    def get_mentions(self, name: str) -> dict[str, tuple[str, bool, int]]:
        """Text, whether it is gone, and the number of its revisions, by external_id."""
        rows = self.ask(
            "SELECT m.external_id, m.text, m.gone IS NOT NULL, "
            "(SELECT count(*) FROM revision v WHERE v.mention_id = m.id) "
            "FROM mention m JOIN source s ON s.id = m.source_id WHERE s.name = ?",
            name,
        )
        return {row[0]: (row[1], bool(row[2]), row[3]) for row in rows}

    def count_mentions(self, name: str) -> int:
        counted = "SELECT count(*) FROM mention m JOIN source s ON s.id = m.source_id WHERE s.name = ?"
        return int(self.ask(counted, name)[0][0])

    def get_successes(self, name: str) -> list[tuple[float, float]]:
        """When each successful run began and ended, in seconds since 1970."""
        rows = self.ask(
            "SELECT r.started, r.finished FROM run r JOIN source s ON s.id = r.source_id "
            "WHERE s.name = ? AND r.outcome = 'ok' ORDER BY r.id",
            name,
        )
        return [(_to_seconds(started), _to_seconds(finished)) for started, finished in rows]


def _to_seconds(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def read_polls(log: Path, period: float) -> dict[str, list[float]]:
    """When each source was polled, by the log of the server. Requests that follow each other at once are one poll."""
    polls: dict[str, list[float]] = defaultdict(list)
    for line in log.read_text().splitlines():
        seen = json.loads(line)
        times = polls[seen["source"]]
        if not times or seen["at"] - times[-1] > period / 10:
            times.append(seen["at"])
    return polls


def account_for(
    good: Good, store: Store, polls: Sequence[float], falls: Sequence[Fall], span: tuple[float, float]
) -> Account:
    """The account of one source; the span is when polling began and when it was to end."""
    account = Account(good=good, polls=len(polls))
    successes = store.get_successes(good.name)
    began, ended = successes[-1]
    account.gap, account.late = find_late([span[0], *polls, span[1]], falls, good.period)
    account.silence, late = find_late([span[0], *(at for at, _ in successes), span[1]], falls, good.period)
    account.late += late
    held = store.get_mentions(good.name)
    account.stored = store.count_mentions(good.name) - len(good.others)
    account.revisions = sum(revisions for _, _, revisions in held.values())
    account.gone = sum(gone for _, gone, _ in held.values())
    account.double = ["an item"] * (store.count_mentions(good.name) - len(held))
    notices = list(good.get_notices(ended))
    names = {good.get_external_id(notice) for notice in notices} | set(good.others)
    account.wrong = [f"{name} was never published" for name in held.keys() - names]
    for notice in notices:
        _compare(account, notice, held.get(good.get_external_id(notice)), began, ended)
    return account


def find_late(polls: Sequence[float], falls: Sequence[Fall], period: float) -> tuple[float, list[str]]:
    """The largest time between two polls, and those above 1.5 periods; a kill in it may cost its restart."""
    late, largest = [], 0.0
    for before, after in pairwise(polls):
        gap = after - before
        largest = max(largest, gap)
        restarts = sum(fall.seconds for fall in falls if before < fall.back and fall.killed < after)
        if gap > 1.5 * period + restarts:
            late.append(f"{gap:.1f} s without a poll ({restarts:.1f} s of it restarting)")
    return largest, late


def _compare(
    account: Account, notice: Notice, held: tuple[str, bool, int] | None, began: float, ended: float
) -> None:
    good = account.good
    name = good.get_external_id(notice)
    if notice.published > began:
        return  # the last poll may or may not have seen it
    account.published += 1
    if held is None:
        account.lost.append(name)
        return
    text, gone, revisions = held
    if notice.is_edited(began) and (text != notice.get_text(began) or revisions != 1):
        account.wrong.append(f"{name}: its edit is not there once as a revision")
    if not notice.is_edited(ended) and (text != notice.words or revisions):
        account.wrong.append(f"{name}: it was never edited")
    if good.shows_deletions and notice.is_deleted(began - 6 * good.period) and not gone:
        account.wrong.append(f"{name}: its deletion was not noticed")
    if gone and not notice.is_deleted(ended):
        account.wrong.append(f"{name}: it was never deleted")


def write_table(rows: Iterable[Sequence[object]]) -> str:
    """Rows of cells as lines with columns."""
    cells = [[f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)

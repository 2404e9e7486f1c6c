"""The lines in which a person reads what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kentongan.log import neutralize

if TYPE_CHECKING:
    from pipeline.outcome import Outcome

COUNTS = ("new", "updated", "unchanged", "gone", "ignored", "quarantined")


def write_outcome(outcome: Outcome) -> str:
    """One line of a run: the counts that are not zero, and what went wrong."""
    counted = [f"{getattr(outcome, name):,} {name}" for name in COUNTS if getattr(outcome, name)]
    if outcome.outcome == "ok":
        said = ", ".join(counted) or "nothing new"
        return neutralize(f"{outcome.source}: {said} ({outcome.requests} requests, {outcome.seconds:.1f} s)")
    return neutralize(f"{outcome.error} [{', '.join([outcome.outcome, *counted])}]")

"""Which items are kept: all of the agency's own places; elsewhere what names it, and what stands under that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pipeline.terms import Terms
from storage.record import Incoming

ALL = "every item of this source is kept"
KNOWN = "it is kept already"
NO_TERM = "no term occurs in it"
NOT_KEPT = "the conversation it belongs to is not kept"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an item is kept, and why, in words."""

    kept: bool
    why: str


def judge(mentions: Sequence[Incoming], *, keep: str, known: Collection[str], held: Collection[str]) -> list[Verdict]:
    """A verdict on each mention of a batch.

    `known` are those of them that the store holds already, `held` the conversations above them that it holds.
    """
    if keep == "all":
        return [Verdict(True, ALL)] * len(mentions)
    reasons = {mention.external_id: _judge_alone(mention, known) for mention in mentions}
    _follow(mentions, reasons, held)
    return [_tell(mention, reasons.get(mention.external_id)) for mention in mentions]


def name_rule(keep: str, terms: Terms) -> str | None:
    """What decides on an item of a source, as a mark; None where everything is kept."""
    return None if keep == "all" else terms.digest


def get_above(mentions: Iterable[Incoming]) -> set[str]:
    """The identities of what the mentions stand under."""
    return {key for mention in mentions for key in (mention.thread, mention.parent) if key}


def _judge_alone(mention: Incoming, known: Collection[str]) -> str | None:
    if mention.terms:
        names = dict.fromkeys(f'"{hit.term}"' for hit in mention.terms)
        return f"it names {', '.join(names)}"
    return KNOWN if mention.external_id in known else None


def _follow(mentions: Sequence[Incoming], reasons: dict[str, str | None], held: Collection[str]) -> None:
    """Give a reason to everything that stands, however deep, under what has one."""
    below: dict[str, list[str]] = {}
    for mention in mentions:
        for key in {mention.thread, mention.parent} - {None, mention.external_id}:
            below.setdefault(str(key), []).append(mention.external_id)
    open_ends = [key for key in below if key in held or reasons.get(key)]
    while open_ends:
        key = open_ends.pop()
        for child in below.pop(key, ()):
            if not reasons[child]:
                reasons[child] = f"it stands under {key}, which is kept"
                open_ends.append(child)


def _tell(mention: Incoming, reason: str | None) -> Verdict:
    if reason:
        return Verdict(True, reason)
    return Verdict(False, NOT_KEPT if mention.thread or mention.parent else NO_TERM)

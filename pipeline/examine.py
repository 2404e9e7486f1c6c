"""One batch looked at: every item normalized, its terms found, and whether it is kept. Stores nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from collectors.collector import Collected, SourceSpec
from collectors.item import Item
from pipeline.keep import Verdict, get_above, judge
from pipeline.memory import Memory
from pipeline.normalize import dump_item, look_into, normalize
from pipeline.terms import Terms
from storage.record import Incoming, Poison


@dataclass(frozen=True, slots=True)
class Examined:
    """An item, what it became, whether it is kept; fresh: it is new, or its text changed."""

    item: Item
    mention: Incoming
    verdict: Verdict
    fresh: bool


def examine(
    collected: Collected, spec: SourceSpec, terms: Terms, memory: Memory, now: datetime
) -> tuple[list[Examined], list[Poison]]:
    """Every item of a batch examined, and those that cannot be stored with the reason (J5)."""
    items, mentions, poison = _normalize_all(collected.items, spec, now)
    hashes = memory.get_hashes([mention.external_id for mention in mentions]) if mentions else {}
    fresh = [hashes.get(mention.external_id) != mention.content_hash for mention in mentions]
    mentions = [
        look_into(mention, item.language, terms) if new else mention
        for item, mention, new in zip(items, mentions, fresh, strict=True)
    ]
    held = memory.get_threads(get_above(mentions)) if spec.keep != "all" and any(fresh) else ()
    verdicts = judge(mentions, keep=spec.keep, known=hashes, held=held)
    bad = [Poison(raw=bad.raw, reason=bad.reason) for bad in collected.bad]
    return [Examined(*row) for row in zip(items, mentions, verdicts, fresh, strict=True)], bad + poison


def _normalize_all(
    items: Sequence[Item], spec: SourceSpec, now: datetime
) -> tuple[list[Item], list[Incoming], list[Poison]]:
    good, mentions, poison = [], [], []
    for item in items:
        try:
            mention = normalize(item, spec, now)
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            # Our own ValueErrors hold no word of the item; others might, so only their type is kept.
            reason = str(error) if type(error) is ValueError else f"cannot be normalized ({type(error).__name__})"
            poison.append(Poison(raw=dump_item(item), reason=reason))
        else:
            good.append(item)
            mentions.append(mention)
    return good, mentions, poison

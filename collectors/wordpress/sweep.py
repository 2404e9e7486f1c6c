"""What a site does not list any more, although we hold it: deleted, or is the site only hiding it from a broken list?

Missing from a list is never enough: each id is asked for by name, and only a clear no makes it gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from collectors.item import Item
from collectors.wordpress.listing import Entry
from collectors.wordpress.rest import SIZE, Name, Rest
from collectors.wordpress.walk import Step

MAX_SINGLE = 50  # looked up one by one in one run; the others wait for the next sweep
_PREFIX: dict[Name, str] = {"comments": "comment:", "posts": "post:"}
# Refused by name: deleted; in the trash, held back or spam; under a post that is deleted or no longer public.
_REFUSED: dict[Name, frozenset[str]] = {
    "comments": frozenset(
        ("rest_comment_invalid_id", "rest_post_invalid_id", "rest_cannot_read", "rest_cannot_read_post")
    ),
    "posts": frozenset(("rest_post_invalid_id", "rest_forbidden")),
}
# Shown to a moderator only.
_HIDDEN = frozenset(("trash", "spam", "draft", "pending", "private"))


class Sweep:
    """Compares the pages of one sweep with what we hold."""

    def __init__(self, rest: Rest, name: Name, after: datetime) -> None:
        self._rest = rest
        self._name = name
        self._prefix = _PREFIX[name]
        # A day's margin: `after` compares the site's local time, which may be off where its zone was changed once.
        held = rest.context.held(self._prefix, after + timedelta(days=1))
        self._held = sorted(number for number in map(self._get_number, held) if number)
        self._single = 0

    def compare(self, step: Step) -> tuple[tuple[Item, ...], tuple[str, ...]]:
        """What the page should have shown and did not: what is there after all, and the ids of what is gone."""
        shown = {entry.id for entry in step.listing.entries}
        missing = [
            number
            for number in self._held
            if number > step.above and (step.upto is None or number <= step.upto) and number not in shown
        ]
        anchor = max(shown, default=step.above)
        back: list[Item] = []
        gone: list[int] = []
        for start in range(0, len(missing), SIZE - 1):
            asked = missing[start : start + SIZE - 1]
            there = self._ask_by_name(asked, anchor) if anchor else None
            if there is None:
                gone += [number for number in asked if self._is_gone(number)]
                continue
            back += [entry.item for number, entry in there.items() if number in asked]
            gone += [number for number in asked if number not in there]
        return tuple(back), tuple(f"{self._prefix}{number}" for number in gone)

    def _ask_by_name(self, asked: Sequence[int], anchor: int) -> dict[int, Entry] | None:
        """Those of the ids that are there; None when the answer is not to be trusted.

        The anchor was listed a moment ago: an answer without it comes from a site that answers anything with
        nothing, and an answer with ids that were not asked for from one that does not read the question.
        """
        include = ",".join(map(str, (*asked, anchor)))
        page = self._rest.ask(self._name, include=include, orderby="id", order="asc", size=SIZE)
        there = {entry.id: entry for entry in self._rest.parse(page, f"parse_{self._name}").entries}
        trusted = anchor in there and there.keys() <= {*asked, anchor}
        return there if trusted else None

    def _is_gone(self, number: int) -> bool:
        """Does the site say of this very id that it is not to be seen?"""
        if self._single >= MAX_SINGLE:
            return False
        self._single += 1
        reply = self._rest.look_up(self._name, number)
        verdict = self._rest.parse_verdict(reply)
        return verdict in (_HIDDEN if reply.status == 200 else _REFUSED[self._name])

    def _get_number(self, external_id: str) -> int:
        digits = external_id.removeprefix(self._prefix)
        return int(digits) if digits.isascii() and digits.isdigit() else 0

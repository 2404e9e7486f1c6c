"""Taking an act back, whoever's decisions came after it being safe. Undoing is an act too, with events of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from storage.act import Change, hold_one
from storage.connection import naming_errors
from storage.decision import BESIDE, FIELDS, NOTE, Held, RefusedError, Undone, Value, write, write_many
from storage.models import Mention, Note, ReviewEvent, User
from storage.visible import SEES_ALL


class Done(NamedTuple):
    """One event of an act that is to be undone."""

    pk: int
    mention: int
    action: str
    before: Value
    after: Value


Acts = Mapping[int, Sequence[Done]]  # by mention


class UndoError(RefusedError):
    """An act that cannot be undone any more; `later` is the decision that came after it, if that is why."""

    def __init__(self, sentence: str, later: ReviewEvent | None = None) -> None:
        super().__init__(sentence)
        self.later = later


def find_last_act(user: User, since: datetime | None = None) -> ReviewEvent | None:
    """What somebody did last and can undo; when it has a `bulk`, that is to be undone as a whole."""
    acts = ReviewEvent.objects.filter(by=user, undone=False, undoes=None, action__in=[*FIELDS, NOTE])
    if since is not None:
        acts = acts.filter(at__gte=since)
    return acts.select_related("mention", "bulk").order_by("-pk").first()


@naming_errors
def undo(user: User, event: ReviewEvent, now: datetime | None = None) -> Change:
    """Take back the act that an event belongs to, with what followed by itself.

    UndoError when it was undone already, when somebody (also `user`, in a later act) decided about the same field
    since, or when it is another's act and `user` is no supervisor; Mention.DoesNotExist when `user` may not see it.
    """
    with transaction.atomic():
        held = hold_one(event.mention_id, user, topics=True)
        fresh = ReviewEvent.objects.select_related("by").get(pk=event.pk)
        _check_undoable(user, fresh)
        if fresh.action == NOTE:
            events = [_undo_note(fresh, user, now or timezone.now())]
        else:
            act = _find_act(fresh)
            later = find_later({held.mention.pk: act}).get(held.mention.pk)
            if later is not None or not _is_as_left(held, act):
                raise _explain(later)
            events = revert([held], {held.mention.pk: act}, by=user, now=now or timezone.now())
    return Change(events=tuple(events), mention=held.mention)


def _check_undoable(user: User, event: ReviewEvent) -> None:
    if event.by is None or event.undoes_id is not None or event.action not in {*FIELDS, NOTE}:
        raise UndoError("this cannot be undone; decide anew")
    if event.undone:
        raise UndoError("this is undone already")
    if event.by_id != user.pk and user.role not in SEES_ALL:
        raise UndoError(f"only {event.by.get_full_name()} or a supervisor can undo this")


def _explain(key: int | None) -> UndoError:
    later = None if key is None else ReviewEvent.objects.select_related("by").get(pk=key)
    who = "somebody" if later is None else later.by.get_full_name() if later.by else "Kentongan"
    return UndoError(f"{who} decided otherwise since; undo that first", later)


def _find_act(event: ReviewEvent) -> list[Done]:
    """All fields of one act: they were written at one moment by one person."""
    same = ReviewEvent.objects.filter(mention=event.mention_id, at=event.at, by=event.by_id, bulk=event.bulk_id)
    return read_done(same.filter(action__in=FIELDS))[event.mention_id]


def read_done(events: QuerySet[ReviewEvent]) -> dict[int, list[Done]]:
    """Those of some events that stand, by mention."""
    found: dict[int, list[Done]] = defaultdict(list)
    rows = events.filter(undone=False, undoes=None).order_by("pk")
    for row in rows.values_list("pk", "mention_id", "action", "before", "after"):
        found[row[1]].append(Done(*row))
    return found


def find_later(acts: Acts) -> dict[int, int]:
    """Which of some mentions have a decision about one of the same fields that came after their act, and which."""
    done = [each for act in acts.values() for each in act]
    decisions = ReviewEvent.objects.filter(mention__in=list(acts), action__in={each.action for each in done})
    decisions = decisions.filter(undone=False, undoes=None, pk__gt=min((each.pk for each in done), default=0))
    at = {(each.mention, each.action): each.pk for each in done}
    rows = decisions.order_by("pk").values_list("mention", "action", "pk")
    return {mention: pk for mention, action, pk in rows if pk > at.get((mention, action), pk)}


def _is_as_left(held: Held, act: Sequence[Done]) -> bool:
    return all(held.values[each.action] == each.after for each in act)


def revert(held: Sequence[Held], acts: Acts, *, by: User, now: datetime) -> list[ReviewEvent]:
    """Give held mentions back what they were before an act; those that are not as it left them stay."""
    back, undone = _plan_back(held, acts)
    made = write(back, by=by, now=now, undoes=undone)
    _mark(back, undone)
    return made


def revert_many(held: Sequence[Held], acts: Acts, *, by: User, now: datetime, bulk: int | None) -> int:
    """The same as an act on many; how many mentions it changed."""
    back, undone = _plan_back(held, acts)
    write_many(back, by=by, now=now, bulk=bulk, undoes=undone)
    _mark(back, undone)
    return len(back)


def _plan_back(held: Sequence[Held], acts: Acts) -> tuple[list[Held], dict[tuple[int, str], int]]:
    back = [each for each in held if _is_as_left(each, acts[each.mention.pk])]
    undone: dict[tuple[int, str], int] = {}
    for each in back:
        each.changed = {done.action: done.before for done in acts[each.mention.pk]}
        undone |= {(each.mention.pk, done.action): done.pk for done in acts[each.mention.pk]}
    return back, undone


def _mark(back: Sequence[Held], undone: Undone) -> None:
    ReviewEvent.objects.filter(pk__in=list(undone.values())).update(undone=True)
    _write_reviewed([each.mention for each in back])


def _write_reviewed(mentions: Sequence[Mention]) -> None:
    """When a person last decided, now that something is undone."""
    decisions = ReviewEvent.objects.filter(mention__in=mentions, by__isnull=False, undone=False, undoes=None)
    last = dict(
        decisions.exclude(action__in=BESIDE)
        .values_list("mention")
        .annotate(last=Max("at"))
        .values_list("mention", "last")
    )
    alike: dict[datetime | None, list[int]] = defaultdict(list)
    for mention in mentions:
        mention.reviewed = last.get(mention.pk)
        alike[mention.reviewed].append(mention.pk)
    for reviewed, keys in alike.items():
        Mention.objects.filter(pk__in=keys).update(reviewed=reviewed)


def _undo_note(event: ReviewEvent, by: User, now: datetime) -> ReviewEvent:
    """A note that was added goes, one that was removed is back, one that was changed says what it said."""
    before, after = event.before or {}, event.after or {}
    note = Note.objects.select_for_update().get(pk=(after or before)["note"])
    later = _find_later_of_note(event, note)
    if later is not None:
        raise UndoError("the note was changed since; undo that first", later)
    if not before:
        note.removed = now
    elif not after:
        note.removed = None
    else:
        note.text = before["text"]
    note.save(update_fields=["text", "removed"])
    ReviewEvent.objects.filter(pk=event.pk).update(undone=True)
    return ReviewEvent.objects.create(
        mention_id=event.mention_id, at=now, by=by, action=NOTE, before=event.after, after=event.before, undoes=event
    )


def _find_later_of_note(event: ReviewEvent, note: Note) -> ReviewEvent | None:
    acts = ReviewEvent.objects.filter(
        mention=event.mention_id, action=NOTE, pk__gt=event.pk, undone=False, undoes=None
    )
    of_note = (each for each in acts.order_by("pk") if (each.after or each.before or {}).get("note") == note.pk)
    return next(of_note, None)

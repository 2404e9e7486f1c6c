"""Taking an act back, whoever's decisions came after it being safe. Undoing is an act too, with events of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from storage.act import Change, hold_one
from storage.connection import naming_errors
from storage.decision import BESIDE, FIELDS, NOTE, Held, RefusedError, write
from storage.models import BulkAct, Mention, Note, ReviewEvent, User
from storage.visible import SEES_ALL

Acts = Mapping[int, Sequence[ReviewEvent]]  # a mention's key → the events of the act that is to be undone


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
                who = later.by.get_full_name() if later and later.by else "somebody"
                raise UndoError(f"{who} decided otherwise since; undo that first", later)
            events = revert([held], {held.mention.pk: act}, by=user, now=now or timezone.now())
    return Change(events=tuple(events), mention=held.mention)


def _check_undoable(user: User, event: ReviewEvent) -> None:
    if event.by is None or event.undoes_id is not None or event.action not in {*FIELDS, NOTE}:
        raise UndoError("this cannot be undone; decide anew")
    if event.undone:
        raise UndoError("this is undone already")
    if event.by_id != user.pk and user.role not in SEES_ALL:
        raise UndoError(f"only {event.by.get_full_name()} or a supervisor can undo this")


def _find_act(event: ReviewEvent) -> list[ReviewEvent]:
    """All fields of one act: they were written at one moment by one person."""
    same = ReviewEvent.objects.filter(mention=event.mention_id, at=event.at, by=event.by_id, bulk=event.bulk_id)
    return list(same.filter(undone=False, undoes=None, action__in=FIELDS).order_by("pk"))


def find_later(acts: Acts) -> dict[int, ReviewEvent]:
    """For each mention whose act cannot be undone: a decision about one of the same fields that came after it."""
    fields = {event.action for events in acts.values() for event in events}
    decisions = ReviewEvent.objects.filter(mention__in=list(acts), action__in=fields, undone=False, undoes=None)
    first = min((event.pk for events in acts.values() for event in events), default=0)
    found: dict[int, ReviewEvent] = {}
    for later in decisions.filter(pk__gt=first).select_related("by").order_by("pk"):
        if any(later.action == event.action and later.pk > event.pk for event in acts[later.mention_id]):
            found[later.mention_id] = later
    return found


def _is_as_left(held: Held, act: Sequence[ReviewEvent]) -> bool:
    return all(held.values[event.action] == event.after for event in act)


def revert(
    held: Sequence[Held], acts: Acts, *, by: User, now: datetime, bulk: BulkAct | None = None
) -> list[ReviewEvent]:
    """Give held mentions back what they were before an act; those that are not as it left them stay."""
    undone: dict[tuple[int, str], ReviewEvent] = {}
    back = [each for each in held if _is_as_left(each, acts[each.mention.pk])]
    for each in back:
        events = acts[each.mention.pk]
        each.changed = {event.action: event.before for event in events}
        undone |= {(each.mention.pk, event.action): event for event in events}
    made = write(back, by=by, now=now, bulk=bulk, undoes=undone)
    ReviewEvent.objects.filter(pk__in=[event.pk for event in undone.values()]).update(undone=True)
    _write_reviewed([each.mention for each in back])
    return made


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

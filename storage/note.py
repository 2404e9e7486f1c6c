"""Notes beside a mention: the history says who wrote, changed and removed which. A note waits for no version."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from storage.act import hold_one
from storage.connection import naming_errors
from storage.decision import NOTE, RefusedError
from storage.models import Draft, Mention, Note, ReviewEvent, User
from storage.visible import SEES_ALL, visible_to

LONGEST = 10_000  # characters


@naming_errors
def add_note(mention: Mention, text: str, *, by: User, now: datetime | None = None) -> Note:
    """Write a note; what was kept of it while it was being written is not needed any more."""
    at = now or timezone.now()
    with transaction.atomic():
        held = hold_one(mention.pk, by)
        note = Note.objects.create(mention=held.mention, by=by, at=at, text=_check(text))
        ReviewEvent.objects.create(mention=held.mention, at=at, by=by, action=NOTE, after={"note": note.pk})
        Draft.objects.filter(mention=held.mention, user=by).delete()
    return note


@naming_errors
def edit_note(note: Note, text: str, *, by: User, now: datetime | None = None) -> Note:
    """Change one's own note; the history keeps what it said."""
    at = now or timezone.now()
    with transaction.atomic():
        fresh = _hold_note(note, by)
        if fresh.by_id != by.pk:
            raise RefusedError("a note is only changed by who wrote it")
        before = {"note": fresh.pk, "text": fresh.text}
        fresh.text, fresh.edited = _check(text), at
        if fresh.text != before["text"]:
            fresh.save(update_fields=["text", "edited"])
            after = {"note": fresh.pk, "text": fresh.text}
            _record(fresh, by, at, before, after)
    return fresh


@naming_errors
def remove_note(note: Note, *, by: User, now: datetime | None = None) -> None:
    """Take one's own note away, or anybody's as a supervisor. It is shown no more and can be had back by undoing."""
    at = now or timezone.now()
    with transaction.atomic():
        fresh = _hold_note(note, by)
        if fresh.by_id != by.pk and by.role not in SEES_ALL:
            raise RefusedError("a note is only removed by who wrote it, or by a supervisor")
        fresh.removed = at
        fresh.save(update_fields=["removed"])
        _record(fresh, by, at, {"note": fresh.pk}, None)


def _hold_note(note: Note, by: User) -> Note:
    """The note as it is now, held; Note.DoesNotExist when it is removed, or `by` may not see its mention."""
    notes = Note.objects.select_for_update(of=("self",)).filter(removed=None, mention__in=visible_to(by))
    return notes.get(pk=note.pk)


def _record(note: Note, by: User, at: datetime, before: dict[str, object], after: dict[str, object] | None) -> None:
    ReviewEvent.objects.create(mention_id=note.mention_id, at=at, by=by, action=NOTE, before=before, after=after)


def _check(text: str) -> str:
    text = text.strip()
    if not text:
        raise RefusedError("a note says something")
    if len(text) > LONGEST:
        raise RefusedError(f"a note is at most {LONGEST:,} characters; this one has {len(text):,}")
    return text

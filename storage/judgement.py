"""Where two people judged one mention differently: both judgements stay in the history, and here they are counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from storage.models import Mention, ReviewEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class Disputes:
    """Of so many mentions that were tagged, so many have people who judged them differently."""

    tagged: int
    disputed: int


def find_judgements(mention: Mention) -> list[ReviewEvent]:
    """What each person last judged this mention to be, oldest first; one event a person."""
    return list(_find_last(ReviewEvent.objects.filter(mention=mention)).select_related("by").order_by("pk"))


def is_disputed(mention: Mention) -> bool:
    """Did two people judge it differently?"""
    return len({event.after for event in find_judgements(mention)}) > 1


def count_disputes(since: datetime, until: datetime) -> Disputes:
    """Among what was judged from `since` to before `until`."""
    last = _find_last(ReviewEvent.objects.filter(at__gte=since, at__lt=until))
    tagged = last.order_by().values("mention").annotate(tags=Count("after", distinct=True))
    return Disputes(tagged=tagged.count(), disputed=tagged.filter(tags__gt=1).count())


def _find_last(events: QuerySet[ReviewEvent]) -> QuerySet[ReviewEvent]:
    """Judgements that stand: each person's last one of each mention, without what was taken back."""
    judged = events.filter(action="tag", by__isnull=False, undone=False, undoes=None)
    last = judged.order_by().values("mention", "by").annotate(last=Max("pk")).values("last")
    return ReviewEvent.objects.filter(pk__in=last).exclude(after="")

"""What changes while somebody reads: new mentions, colleagues at the same mention, a note that is being written."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from inbox.desk import Desk, sit_down
from inbox.request import StaffRequest
from inbox.timeline import make_lines
from inbox.views.mention import get_mention
from storage.models import Draft, Presence, ReviewEvent
from storage.query import QueryError, filter_mentions
from storage.timekey import first_key

MANY = 100
LOOK_BACK = timedelta(days=2)  # what is collected later than this after it was said is no news
HERE = timedelta(seconds=12)  # a colleague who was not heard for longer has left
BREATH = timedelta(seconds=6)  # how often a page that is polled every 3 s is written down


@require_safe
def live(request: StaffRequest) -> HttpResponse:
    """How many mentions of this search came since the list was made. Nothing moves until somebody asks for them."""
    desk = sit_down(request)
    since = parse_datetime(request.GET.get("since", "").replace(" ", "+"))
    count = _count_new(desk, since) if since is not None and since.tzinfo is not None else 0
    return render(
        request, "inbox/_band.html", {"count": count, "many": count > MANY, "suffix": desk.place.get_suffix()}
    )


def _count_new(desk: Desk, since: datetime) -> int:
    """A walk over the last days' keys only: no index knows when a mention was collected."""
    try:
        found = filter_mentions(
            desk.place.parse(desk.user), within=desk.within, newer_than=first_key(since - LOOK_BACK)
        )
        return found.filter(collected__gt=since)[: MANY + 1].count()
    except (QueryError, OverflowError):
        return 0


@require_POST
def presence(request: StaffRequest, mention_id: int) -> HttpResponse:
    """I have this open: who else has, and what did they change since I opened it?"""
    desk = sit_down(request, with_saved=False)
    mention = get_mention(desk, mention_id)
    here = Presence.objects.filter(mention=mention, seen__gt=desk.now - HERE).select_related("user")
    others = []
    mine = None
    for one in here:
        if one.user_id == desk.user.pk:
            mine = one
        else:
            others.append(one.user.get_full_name())
    if mine is None or mine.seen < desk.now - BREATH:
        Presence.objects.update_or_create(user=desk.user, mention=mention, defaults={"seen": desk.now})
    seen = request.POST.get("version", "")
    behind = seen.isascii() and seen.isdigit() and len(seen) < 10 and mention.version - int(seen)
    changes = []
    if behind:
        events = ReviewEvent.objects.filter(mention=mention).exclude(by=desk.user).select_related("by")
        changes = make_lines(mention, events.order_by("-pk")[:1], desk.now)[1:]
    shown = {"others": others, "changes": changes, "mention": mention, "suffix": desk.place.get_suffix()}
    return render(request, "inbox/_presence.html", shown)


@require_POST
def draft(request: StaffRequest, mention_id: int) -> HttpResponse:
    """Keep the note that is being written, over a lost session and a restart; an empty one is kept no more."""
    desk = sit_down(request, with_saved=False)
    mention = get_mention(desk, mention_id)
    text = request.POST.get("text", "")[:10_000]
    if text.strip():
        Draft.objects.update_or_create(user=desk.user, mention=mention, defaults={"text": text, "saved": desk.now})
    else:
        Draft.objects.filter(user=desk.user, mention=mention).delete()
    return render(request, "inbox/_draft.html", {"kept": bool(text.strip())})

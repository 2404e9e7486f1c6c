"""One act on many mentions: counted first, done in batches with a breath between, stopped, resumed and undone.

A batch is one transaction together with how far the act has come: a process that is killed leaves no half of it, and
whoever runs it next goes on behind it. Each mention has its own events, as if it had been decided alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from storage.connection import naming_errors
from storage.decision import Held, RefusedError, Value, check_values, hold, needs_topics, plan, write_many
from storage.error import BusyError
from storage.models import BulkAct, BulkList, Mention, ReviewEvent, User
from storage.undo import UndoError, find_later, read_done, revert_many
from storage.visible import SEES_ALL, visible_to

BATCH = 500
MOST = 100_000
_LONG = 0.15  # seconds; on a busy machine a batch that takes longer is followed by one of half its size
_LEAST = 50
_BREATH = 0.02  # seconds; an officer's own click comes between two batches
_TRIES = 100


class TooManyError(RefusedError):
    """More mentions than one act may change."""


@naming_errors
def start_bulk(
    by: User,
    mentions: QuerySet[Mention] | Iterable[int],
    action: Mapping[str, Value],
    *,
    query: str = "",
    now: datetime | None = None,
) -> BulkAct:
    """Fix which mentions are meant (a search's, or picked ones; those that `by` may see) and what is done with them.

    `action` is what `storage.act.decide` takes, and `why`; for topics, `add_topics` and `remove_topics`. The `total`
    of the answer is the count that was promised. Nothing is done yet: `run_bulk`. TooManyError above 100,000.
    """
    check_values({name: value for name, value in action.items() if name != "why"})
    if isinstance(mentions, QuerySet):
        found = list(mentions.values_list("pk", flat=True)[: MOST + 1])
    else:
        found = sorted(set(mentions), reverse=True)
    keys = _keep_visible(by, found)
    return _start(by, keys, dict(action), query, now or timezone.now())


def _keep_visible(by: User, keys: list[int]) -> list[int]:
    if len(keys) > MOST:
        raise TooManyError(f"one act changes at most {MOST:,} mentions; narrow the search down")
    seen: set[int] = set()
    for start in range(0, len(keys), BATCH):
        seen.update(visible_to(by).filter(pk__in=keys[start : start + BATCH]).values_list("pk", flat=True))
    return [key for key in keys if key in seen]


def _start(
    by: User,
    keys: Sequence[int],
    action: Mapping[str, object],
    query: str,
    now: datetime,
    undoes: BulkAct | None = None,
) -> BulkAct:
    with transaction.atomic():
        bulk = BulkAct.objects.create(by=by, at=now, query=query, action=action, total=len(keys), undoes=undoes)
        BulkList.objects.create(bulk=bulk, mentions=list(keys))
    return bulk


def run_bulk(
    key: int, *, breathe: Callable[[float], None] = time.sleep, now: Callable[[], datetime] = timezone.now
) -> BulkAct:
    """Do what is left of an act, until it is finished or somebody stops it; how far it came.

    Two may run the same act: they take turns. BusyError when others hold its mentions for too long; run it again.
    """
    size = BATCH
    while True:
        began = time.monotonic()
        bulk = run_batch(key, now(), size)
        if bulk.state != BulkAct.State.RUNNING:
            return bulk
        slow = time.monotonic() - began > _LONG
        size = max(size // 2, _LEAST) if slow else min(size * 2, BATCH)
        breathe(_BREATH)


@naming_errors
def run_batch(key: int, now: datetime, size: int = BATCH) -> BulkAct:
    """Do the next `size`; a page that shows the progress may drive an act so."""
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                return _run_batch(key, now, size)
        except OperationalError as error:
            # A batch that collects holds some of our rows and may wait for others of ours: we let go and try again.
            if getattr(error.__cause__, "sqlstate", "") != "55P03":
                raise
            time.sleep(_BREATH)
    raise BusyError("other work holds the mentions of this act for too long; it goes on later")


def stop_bulk(user: User, key: int) -> None:
    """Let an act end after the batch that is running; what is done stays done and can be undone."""
    bulk = BulkAct.objects.select_related("by").get(pk=key)
    if bulk.by_id != user.pk and user.role not in SEES_ALL:
        raise RefusedError(f"only {bulk.by.get_full_name()} or a supervisor can stop this")
    BulkAct.objects.filter(pk=key).update(stop=True)


@naming_errors
def undo_bulk(user: User, key: int, now: datetime | None = None) -> BulkAct:
    """Begin to take an act back, which is an act on many again: run it by `run_bulk`.

    What somebody decided since stays as it is, and is counted as `kept`. UndoError when it still runs, was undone
    already, is itself an undoing, or is another's and `user` is no supervisor.
    """
    with transaction.atomic():
        bulk = BulkAct.objects.select_for_update(of=("self",)).select_related("by").get(pk=key)
        if bulk.state == BulkAct.State.RUNNING:
            raise UndoError("it is still running; stop it first")
        if bulk.undoes_id is not None:
            raise UndoError("this cannot be undone; decide anew")
        if BulkAct.objects.filter(undoes=bulk).exists():
            raise UndoError("this is undone already")
        if bulk.by_id != user.pk and user.role not in SEES_ALL:
            raise UndoError(f"only {bulk.by.get_full_name()} or a supervisor can undo this")
        events = ReviewEvent.objects.filter(bulk=bulk, undone=False, undoes=None)
        keys = list(events.order_by("-mention").values_list("mention", flat=True).distinct())
        return _start(user, keys, {"undo": bulk.pk}, "", now or timezone.now(), undoes=bulk)


@naming_errors
def find_unfinished() -> list[int]:
    """The acts that nobody ended: whoever starts the program runs them on."""
    return list(BulkAct.objects.filter(state=BulkAct.State.RUNNING).order_by("pk").values_list("pk", flat=True))


def _run_batch(key: int, now: datetime, size: int) -> BulkAct:
    bulk = BulkAct.objects.select_for_update(of=("self",)).select_related("by", "undoes").get(pk=key)
    if bulk.state != BulkAct.State.RUNNING:
        return bulk
    if not bulk.stop:
        listed: list[int] = BulkList.objects.values_list("mentions", flat=True).get(bulk=bulk)
        keys = listed[bulk.done : bulk.done + size]
        changed, kept = _undo(bulk, keys, now) if bulk.undoes else _act(bulk, keys, now)
        bulk.done, bulk.changed, bulk.kept = bulk.done + len(keys), bulk.changed + changed, bulk.kept + kept
    if bulk.stop or bulk.done >= bulk.total:
        bulk.state = BulkAct.State.STOPPED if bulk.done < bulk.total else BulkAct.State.FINISHED
        bulk.finished = now
    bulk.save(update_fields=["done", "changed", "kept", "state", "finished"])
    return bulk


def _act(bulk: BulkAct, keys: Sequence[int], now: datetime) -> tuple[int, int]:
    asked = {name: value for name, value in bulk.action.items() if name != "why"}
    held = hold(keys, bulk.by, topics=needs_topics(asked), many=True)
    for each in held:
        plan(each, asked)
    changed = [each for each in held if each.changed]
    write_many(changed, by=bulk.by, now=now, bulk=bulk.pk, why=str(bulk.action.get("why", "")))
    return len(changed), 0


def _undo(bulk: BulkAct, keys: Sequence[int], now: datetime) -> tuple[int, int]:
    acts = read_done(ReviewEvent.objects.filter(bulk=bulk.undoes, mention__in=keys))
    topics = any(done.action == "topics" for act in acts.values() for done in act)
    held: list[Held] = hold(acts, bulk.by, topics=topics, many=True)
    later = find_later(acts)
    free = [each for each in held if each.mention.pk not in later]
    back = revert_many(free, acts, by=bulk.by, now=now, bulk=bulk.pk)
    return back, len(keys) - back

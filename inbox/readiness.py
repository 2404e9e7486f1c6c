"""What must be in order for the program to do its work; yes or no each, asked at most once a second."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import monotonic

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from pipeline.silence import find_silent
from storage.error import StoreError
from storage.models import HostHold, Lease
from storage.schema import find_pending

_LEAST_FREE = 50 * 1024**2  # bytes on the disk of the database
_lock = threading.Lock()
_last: tuple[float, dict[str, bool]] = (-1.0, {})


def examine() -> dict[str, bool]:
    """`database` can be written, `disk` has room, `schema` is this program's, `scheduler` lives, `sources` speak."""
    global _last  # noqa: PLW0603
    with _lock:
        asked, found = _last
        if monotonic() - asked > 1.0:
            found = {name: _ask(question) for name, question in _QUESTIONS.items()}
            _last = (monotonic(), found)
        return dict(found)


def _ask(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except (DatabaseError, StoreError, OSError):
        return False


def _can_write() -> bool:
    """A write that changes nothing is a write all the same: it is refused by a read-only or a full store."""
    with transaction.atomic():
        HostHold.objects.update_or_create(host="readyz.invalid", defaults={"until": timezone.now()})
        transaction.set_rollback(True)
    return True


def _has_room() -> bool:
    if connection.vendor != "sqlite":
        return True
    return shutil.disk_usage(Path(connection.settings_dict["NAME"]).parent).free > _LEAST_FREE


def _is_current() -> bool:
    return not find_pending()


def _is_scheduled() -> bool:
    return Lease.objects.filter(name="scheduler", expires__gt=timezone.now() - timedelta(seconds=30)).exists()


def _speak() -> bool:
    return not any(True for _ in find_silent(timezone.now()))


_QUESTIONS: dict[str, Callable[[], bool]] = {
    "database": _can_write,
    "disk": _has_room,
    "schema": _is_current,
    "scheduler": _is_scheduled,
    "sources": _speak,
}

"""Runs acts on many in threads of this process; what a killed process left is run on by the next one."""

from __future__ import annotations

import logging
import threading

from django.db import connections

from storage.bulk import find_unfinished, run_bulk
from storage.error import StoreError

LOGGER = logging.getLogger("inbox.bulk")
_running: set[int] = set()
_lock = threading.Lock()


def run_in_background(key: int) -> None:
    """Run an act on, unless a thread of this process does so already."""
    with _lock:
        if key in _running:
            return
        _running.add(key)
    threading.Thread(target=_run, args=(key,), name=f"bulk-{key}", daemon=True).start()


def run_unfinished() -> None:
    """Run on what an earlier process left; when the store cannot say, whoever looks at such an act runs it on."""
    try:
        for key in find_unfinished():
            run_in_background(key)
    except StoreError as error:
        LOGGER.warning("acts on many wait: %s", error)


def _run(key: int) -> None:
    try:
        run_bulk(key)
    except StoreError as error:  # it goes on when somebody looks at its page again
        LOGGER.warning("act %d on many waits: %s", key, error)
    finally:
        with _lock:
            _running.discard(key)
        connections.close_all()

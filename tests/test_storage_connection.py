"""How many threads keep a connection."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from storage.connection import KeptConnections
from storage.models import Source


@pytest.mark.django_db(transaction=True)
def test_no_more_threads_than_allowed_keep_their_connection() -> None:
    kept, together = KeptConnections(2), threading.Barrier(3)

    def use_twice() -> bool:
        for _ in range(2):
            Source.objects.exists()
            kept.give_back()
            together.wait()
        try:
            return connection.connection is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        still_open = [one.result() for one in [pool.submit(use_twice) for _ in range(3)]]
    assert sorted(still_open) == [False, True, True]

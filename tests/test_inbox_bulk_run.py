"""An act on many whose process was killed."""

from __future__ import annotations

import threading

import pytest

from inbox.bulk_run import run_unfinished
from storage.bulk import run_batch, start_bulk
from storage.models import BulkAct, Mention
from tests.review_sample import make_mentions, make_people
from tests.storage_sample import NOW


@pytest.mark.django_db(transaction=True)
def test_the_next_process_runs_on_what_a_killed_one_left() -> None:
    make_mentions(30)
    act = start_bulk(make_people()["agent"], Mention.objects.order_by("-pk"), {"tag": "praise"})
    run_batch(act.pk, NOW, 10)
    run_unfinished()
    for thread in threading.enumerate():
        if thread.name == f"bulk-{act.pk}":
            thread.join(20)
    act.refresh_from_db()
    assert (act.state, act.changed) == (BulkAct.State.FINISHED, 30)
    assert Mention.objects.filter(tag="praise").count() == 30

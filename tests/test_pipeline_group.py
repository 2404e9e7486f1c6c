"""Two outlets that are polled at one moment: their articles still become one story."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from collectors.collector import Collected, Context
from pipeline.run import Job, Means, run_source
from storage.connection import closing_connection
from storage.models import Mention
from tests.pipeline_sample import ScriptedCollector, make_batch, make_item, make_job, open_means

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data/story/articles.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("story", ["bursa", "pbg", "umk"])
def test_outlets_that_are_polled_at_one_moment_share_a_story(story: str) -> None:
    rows = [row for row in ROWS if row["story"] == story]
    together = Barrier(len(rows))
    jobs = [make_job(ScriptedCollector(_meet(together, row)), name=f"koran {n}") for n, row in enumerate(rows)]
    with open_means() as means, ThreadPoolExecutor(len(jobs)) as threads:
        assert list(threads.map(lambda job: _run(job, means), jobs)) == ["ok"] * len(rows)
    assert Mention.objects.count() == len(rows)
    assert len(set(Mention.objects.values_list("story", flat=True)) - {None}) == 1
    assert not Mention.objects.filter(story=None).exists()


def _meet(together: Barrier, row: dict[str, Any]) -> Any:
    def give(_context: Context) -> Collected:
        together.wait(30)
        return make_batch(make_item("a", row["text"], kind="article", title=row["title"]))

    return give


def _run(job: Job, means: Means) -> str:
    with closing_connection():
        return run_source(job, means).outcome

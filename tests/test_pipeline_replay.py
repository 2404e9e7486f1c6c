"""Quarantine, tried again: what can be read by now is stored once; the rest stays and says why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collectors.collector import BadItem
from collectors.item import Item
from pipeline.normalize import dump_item
from pipeline.replay import Replayed, replay
from pipeline.run import run_source
from storage.models import Mention, Quarantine
from storage.parcel import write_mention
from tests.pipeline_sample import NOW, ScriptedCollector, Term, make_batch, make_item, make_job, open_means
from tests.storage_sample import make_incoming

COMMENT = {"id": 7, "post": 3, "parent": 0, "author_name": "Budi", "content": {"rendered": "<p>Lama sekali</p>"}}
ENTRY = {"id": "x:1", "title": "Satu", "content_text": "Isi"}
ISSO = {"id": 4, "uri": "/hal", "text": "Halo", "created": 1.0}

pytestmark = pytest.mark.django_db(transaction=True)


def refuse(kind: str, *raws: bytes, keep: str = "all") -> Any:
    """A source whose last run refused these pieces."""
    bad = tuple(BadItem(raw=raw, reason="an older program could not") for raw in raws)
    job = make_job(ScriptedCollector(make_batch(bad=bad)), kind=kind, keep=keep)
    with open_means() as means:
        assert run_source(job, means).quarantined == len(raws)
    return job


@pytest.mark.parametrize(
    ("kind", "raw", "external_id"),
    [
        ("wordpress", json.dumps(COMMENT).encode(), "comment:7"),
        ("wordpress", json.dumps({"id": 9, "title": {"rendered": "Judul"}}).encode(), "post:9"),
        ("feed", json.dumps(ENTRY).encode(), "x:1"),
        ("isso", json.dumps(ISSO).encode(), "/hal#4"),
        ("webpage", dump_item(make_item("n:1")), "n:1"),
        ("feed", write_mention(make_incoming("s:1")).encode(), "s:1"),
    ],
)
def test_what_can_be_read_by_now_is_stored_once_and_leaves(kind: str, raw: bytes, external_id: str) -> None:
    job = refuse(kind, raw)
    with open_means() as means:
        assert replay(job, means, Quarantine.objects.all()) == Replayed(stored=1)
        assert replay(job, means, Quarantine.objects.all()) == Replayed()
    assert list(Mention.objects.values_list("external_id", flat=True)) == [external_id]
    assert Mention.objects.get().content_hash


@pytest.mark.parametrize(
    ("kind", "raw", "why"),
    [
        ("feed", b"<item><title>x", "cannot be read alone"),
        ("wordpress", json.dumps(COMMENT).encode()[:40], "only its beginning was kept"),
        ("wordpress", b'{"post": 3, "content": 4}', '"id" is missing'),
        ("isso", b'{"id": 4, "text": "Halo"}', "cannot be read alone"),
        ("sitemap", b'{"id": 4}', "cannot be read alone"),
        ("feed", dump_item(Item(external_id="", kind="comment")), "it has no identity"),
        ("feed", b"[" * 100_000, "only its beginning was kept"),
        ("feed", b'{"title": ["x"]}', "title"),
    ],
)
def test_what_still_cannot_be_read_stays_with_the_reason_of_today(kind: str, raw: bytes, why: str) -> None:
    job = refuse(kind, raw)
    with open_means() as means:
        assert replay(job, means, Quarantine.objects.all()) == Replayed(refused=1)
    row = Quarantine.objects.get()
    assert why in row.reason
    assert row.reason != "an older program could not"
    assert row.seen == NOW
    assert not Mention.objects.exists()


def test_a_piece_that_no_term_names_leaves_and_is_not_stored() -> None:
    job = refuse("feed", json.dumps(ENTRY).encode(), keep="matching")
    with open_means(Term("Disnaker", ("Disnaker",))) as means:
        assert replay(job, means, Quarantine.objects.all()) == Replayed(ignored=1)
    assert not Quarantine.objects.exists()


def test_a_source_that_is_being_collected_is_not_replayed() -> None:
    job = refuse("feed", json.dumps(ENTRY).encode())
    with open_means() as means, open_means() as others, others.turns.take(f"source:{job.source_id}"):
        assert replay(job, means, Quarantine.objects.all()) == Replayed(busy=True)
    assert Quarantine.objects.count() == 1

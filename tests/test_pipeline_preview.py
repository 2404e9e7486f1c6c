"""The dry run: the same way as a run, and nothing is stored."""

from __future__ import annotations

import pytest

from collectors.collector import Collected, CollectError, Context, Cursor
from pipeline.examine import Examined
from pipeline.preview import preview_source
from storage.models import Cursor as StoredCursor
from storage.models import Mention, Run, Source
from storage.record import Poison
from tests.pipeline_sample import NOW, ScriptedCollector, Term, make_batch, make_item, make_spec, open_means

DISNAKER = Term("Disnaker", ("Disnaker",))


@pytest.mark.django_db(transaction=True)
def test_a_dry_run_tells_of_each_item_what_would_become_of_it_and_stores_nothing() -> None:
    batch = make_batch(
        make_item("a", "Disnaker buka loket"),
        make_item("b", "Harga cabai naik"),
        make_item("c", published=NOW.replace(tzinfo=None)),
    )
    with open_means(DISNAKER) as means:
        seen = list(preview_source(make_spec(keep="matching"), ScriptedCollector(batch), means))
    examined = [one for one in seen if isinstance(one, Examined)]
    assert [(one.mention.external_id, one.verdict.kept, one.verdict.why) for one in examined] == [
        ("a", True, 'it names "Disnaker"'),
        ("b", False, "no term occurs in it"),
    ]
    assert examined[0].mention.language == "id"
    assert [one.reason for one in seen if isinstance(one, Poison)] == ["the time has no zone"]
    assert not any(model.objects.exists() for model in (Mention, Source, Run, StoredCursor))


def read_page(context: Context, url: str = "https://situs-dinas.test/") -> Collected:
    reply = context.visit.get(url, etag='"x"')
    return Collected(items=(make_item("a", reply.body.decode()),), cursor=Cursor())


def test_with_a_body_the_network_is_never_asked() -> None:
    with open_means() as means:
        (one,) = preview_source(make_spec(), ScriptedCollector(read_page), means, body=b"Terima kasih")
    assert isinstance(one, Examined)
    assert one.mention.text == "Terima kasih"


def test_with_a_body_no_other_address_is_read() -> None:
    other = ScriptedCollector(lambda context: read_page(context, "https://elsewhere.test/"))
    with open_means() as means, pytest.raises(CollectError, match=r"https://elsewhere\.test/ is not fetched"):
        list(preview_source(make_spec(), other, means, body=b""))

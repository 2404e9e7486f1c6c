"""`/topics`: the list of topics in the pages: every act can be undone, and nothing is done by looking."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from inbox.views import entry
from storage.ingest import save
from storage.models import Mention, MentionTopic, Topic, User
from storage.topic import COLOURS
from tests.inbox_office import PASSWORD
from tests.storage_sample import NOW, make_batch, make_incoming, make_source

pytestmark = pytest.mark.django_db


def log_in(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(role, PASSWORD, role=role))
    return client


@pytest.fixture
def client(db: None) -> Client:
    return log_in("supervisor")


def send(client: Client, address: str, answer: int = 303, **said: Any) -> str:
    reply = client.post(address, said)
    assert reply.status_code == answer, reply.content.decode()
    return str(reply["Location"]) if answer == 303 else reply.content.decode()


def add(client: Client, name: str, parent: str = "") -> Topic:
    number = str(Topic.objects.get(name=parent).pk) if parent else ""
    send(client, "/topics", name=name, parent=number, colour="sky")
    return Topic.objects.get(name=name)


def undo(client: Client, address: str) -> str:
    """Press the button that the page after an act shows."""
    page = client.get(address).content.decode()
    action = page.partition('action="/topics/undo/')[2].partition('"')[0]
    return send(client, f"/topics/undo/{action}")


def test_a_topic_is_added_shown_and_taken_back(client: Client) -> None:
    add(client, "Perizinan")
    add(client, "OSS <b>NIB</b>", "Perizinan")
    page = client.get("/topics").content.decode()
    assert "OSS &lt;b&gt;NIB&lt;/b&gt;" in page
    done = send(client, "/topics", name="Salah", parent="", colour="plum")
    undo(client, done)
    assert set(Topic.objects.values_list("name", flat=True)) == {"Perizinan", "OSS <b>NIB</b>"}


def test_what_is_wrong_with_a_name_is_said_beside_it(client: Client) -> None:
    add(client, "Perizinan")
    assert "sudah ada di tingkat yang sama" in send(client, "/topics", 422, name="perizinan", parent="", colour="sky")
    assert "id_name_error" in send(client, "/topics", 422, name="", parent="", colour="sky")
    assert "errorlist" in send(client, "/topics", 422, name="Lain", parent="", colour="url(x)")
    assert Topic.objects.count() == 1


def test_a_topic_is_renamed_recoloured_and_moved(client: Client) -> None:
    add(client, "Perizinan")
    one = add(client, "Loket")
    head = Topic.objects.get(name="Perizinan").pk
    done = send(client, f"/topics/{one.pk}", name="Antrean", parent=head, colour="moss")
    one.refresh_from_db()
    assert (one.name, one.colour, one.parent and one.parent.name) == ("Antrean", "moss", "Perizinan")
    undo(client, done)
    one.refresh_from_db()
    assert (one.name, one.colour, one.parent) == ("Loket", "sky", None)


def test_an_archived_topic_is_found_in_the_archive_and_restored(client: Client) -> None:
    one = add(client, "Lama")
    send(client, f"/topics/{one.pk}/archive")
    assert "Lama" in client.get("/topics/archived").content.decode()
    send(client, f"/topics/{one.pk}/archive", archived="no")
    assert not Topic.objects.get().archived


def test_a_merge_is_counted_first_done_by_post_and_undone(client: Client) -> None:
    one, other = add(client, "NIB"), add(client, "OSS")
    source = make_source()
    save(source.pk, make_batch(make_incoming("a"), make_incoming("b")))
    for mention in Mention.objects.all():
        MentionTopic.objects.create(mention=mention, topic=one, at=NOW)
    page = client.get(f"/topics/{one.pk}/merge?into={other.pk}").content.decode()
    assert "2 sebutan pindah" in page
    assert MentionTopic.objects.filter(topic=one).count() == 2, "a look changes nothing"
    done = send(client, f"/topics/{one.pk}/merge", into=other.pk)
    assert MentionTopic.objects.filter(topic=other).count() == 2
    undo(client, done)
    assert MentionTopic.objects.filter(topic=one).count() == 2
    assert not Topic.objects.filter(archived=True).exists()


def test_what_cannot_be_merged_or_undone_is_one_sentence(client: Client) -> None:
    one = add(client, "NIB")
    assert "ke dirinya sendiri" in send(client, f"/topics/{one.pk}/merge", 422, into=one.pk)
    assert client.get(f"/topics/{one.pk}/merge?into=apa").status_code == 404
    assert client.post("/topics/undo/99").status_code == 404
    done = send(client, f"/topics/{one.pk}", name="Lain", parent="", colour="sky")
    send(client, f"/topics/{one.pk}", name="Lagi", parent="", colour="sky")
    number = done.rpartition("=")[2]
    assert "sudah diubah lagi" in send(client, f"/topics/undo/{number}", 422)


def test_the_list_costs_the_same_queries_with_two_topics_and_with_twenty(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        add(client, f"Topik {number}", f"Topik {number - 1}" if number % 2 else "")
    with django_assert_max_num_queries(12):
        client.get("/topics")


def test_the_list_is_for_supervisors() -> None:
    for role in ("viewer", "agent", "analyst"):
        assert log_in(role).get("/topics").status_code == 403


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_of_a_topic_stands_out_on_its_paper(colour: str, scheme: str) -> None:
    """3 : 1, WCAG's contrast of what is no text; the name beside it is in ink."""
    css = Path(entry.__file__).parent.parent / "static" / "inbox" / "entry.css"
    light, _, dark = css.read_text(encoding="utf-8").partition("@media (prefers-color-scheme: dark)")
    found = re.search(rf"\.hue-{colour} {{ --hue: (#\w{{6}})", light if scheme == "light" else dark)
    assert found
    paper = {"light": "#ffffff", "dark": "#1e2024"}[scheme]
    assert _contrast(found[1], paper) >= 4.5


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted(map(_shine, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _shine(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

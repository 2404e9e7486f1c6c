"""`/entry`: what an officer writes down is a mention like any other, once, with its picture for who may see it."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from storage.models import Attachment, Mention, ReviewEvent, User
from storage.review import set_confidential
from tests.inbox_office import PASSWORD
from tests.storage_sample import search

pytestmark = pytest.mark.django_db
KEY = "0123456789abcdef" * 2
WORDS = "Ibu Rina menanyakan syarat izin reklame di Lowokwaru."


def log_in(role: str = "agent", name: str = "") -> Client:
    client = Client()
    client.force_login(User.objects.create_user(name or role, PASSWORD, role=role))
    return client


@pytest.fixture
def client(db: None) -> Client:
    return log_in()


def send(client: Client, answer: int = 303, **changed: Any) -> Any:
    said = {"key": KEY, "arrival": "phone", "author": "Rina", "when": "2026-11-20T09:30", "text": WORDS} | changed
    reply = client.post("/entry", {name: value for name, value in said.items() if value is not None})
    assert reply.status_code == answer, reply.content.decode()
    return reply


def draw(size: tuple[int, int] = (60, 40)) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, "PNG")
    return SimpleUploadedFile("surat warga.png", out.getvalue(), "image/png")


def test_what_was_written_down_is_a_mention_of_the_counter_with_all_it_needs(client: Client) -> None:
    send(client)
    mention = Mention.objects.select_related("source").get()
    assert (mention.source.name, mention.source.kind, mention.channel, mention.kind) == (
        "loket",
        "import",
        "phone",
        "message",
    )
    assert (mention.author_name, mention.text, mention.status) == ("Rina", WORDS, "new")
    assert mention.published is not None
    assert mention.published.isoformat() == "2026-11-20T02:30:00+00:00", "by the clock of the agency, WIB"
    assert search("perizinan reklame") == [mention.pk]
    event = ReviewEvent.objects.select_related("by").get()
    assert event.by is not None
    assert (event.action, event.after, event.by.username) == ("entered", "phone", "agent")


def test_a_source_that_stands_in_no_configuration_is_made_once_and_left_alone(client: Client) -> None:
    send(client)
    send(client, key="f" * 32, arrival="counter", text="Yang kedua")
    sources = {mention.source for mention in Mention.objects.select_related("source")}
    assert [(source.name, source.configured) for source in sources] == [("loket", False)]


def test_a_form_sent_twice_is_stored_once_and_another_text_under_its_key_is_another(client: Client) -> None:
    send(client, picture=draw())
    send(client, picture=draw())
    assert (Mention.objects.count(), Attachment.objects.count(), ReviewEvent.objects.count()) == (1, 1, 1)
    send(client, text="Lupa mengganti formulirnya")
    assert sorted(Mention.objects.values_list("text", flat=True)) == [WORDS, "Lupa mengganti formulirnya"]


def test_nobody_writes_over_what_a_colleague_wrote_down(client: Client) -> None:
    send(client)
    send(log_in("agent", "bayu"), text="Lain sama sekali")
    assert Mention.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text": "  "}, "Tulis apa yang disampaikan"),
        ({"arrival": "merpati"}, "merpati"),
        ({"when": "kemarin"}, "id_when_error"),
        ({"when": (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")}, "belum terjadi"),
        ({"when": "0202-11-20T09:30"}, "lebih dari sepuluh tahun"),
        ({"text": "x" * 70_000}, "id_text_error"),
        ({"author": "x" * 300}, "id_author_error"),
        ({"picture": SimpleUploadedFile("x.png", b"<svg onload=alert(1)>")}, "bukan gambar"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_written_stays(
    client: Client, changed: dict[str, Any], words: str
) -> None:
    page = send(client, 422, **changed).content.decode()
    assert words in page
    assert ("Rina" if "author" not in changed else "x" * 300) in page
    assert not Mention.objects.exists()


def test_no_field_but_the_form_s_own_changes_anything(client: Client) -> None:
    send(client, status="closed", assignee="1", confidential="1", id="7", source="1", external_id="x", gone="1")
    mention = Mention.objects.get()
    assert (mention.status, mention.assignee, mention.confidential, mention.gone) == ("new", None, False, None)
    assert mention.pk != 7


def test_a_picture_is_enough_and_is_made_anew(client: Client) -> None:
    send(client, text="", picture=draw(), arrival="social")
    picture = Attachment.objects.select_related("by").get()
    assert picture.by is not None
    assert (picture.name, picture.mime, picture.width, picture.by.username) == (
        "surat warga.png",
        "image/jpeg",
        60,
        "agent",
    )
    reply = client.get(f"/attachments/{picture.pk}")
    assert Image.open(BytesIO(reply.content)).size == (60, 40)
    assert reply["Content-Type"] == "image/jpeg"
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in reply["Cache-Control"]


def test_a_picture_is_seen_by_whoever_sees_its_mention_and_by_nobody_else(client: Client) -> None:
    send(client, picture=draw())
    address = f"/attachments/{Attachment.objects.get().pk}"
    colleague = log_in("agent", "bayu")
    assert colleague.get(address).status_code == 200
    assert log_in("viewer").get(address).status_code == 404, "personal data in a picture cannot be masked"
    set_confidential(Mention.objects.get(), True, by=User.objects.get(username="agent"))
    assert colleague.get(address).status_code == colleague.get("/attachments/99").status_code == 404
    assert client.get(address).status_code == 200
    assert f'src="{address}"' in client.get(f"/mentions/{Mention.objects.get().pk}").content.decode()
    assert Client().get(address).status_code == 302


def test_the_counter_is_for_those_who_may_enter() -> None:
    assert log_in("viewer").get("/entry").status_code == 403
    assert log_in("analyst").get("/entry").status_code == 403
    assert "Catat" in log_in("supervisor").get("/entry").content.decode()

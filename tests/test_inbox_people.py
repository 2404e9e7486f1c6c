"""People and their sessions: made by an administrator, logged in, limited, ended."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from inbox.account.password import PasswordHasher
from inbox.middleware.session import BORN, SEEN
from storage.models import AuditEvent, User

PASSWORD = "ketuk tilu tiga kali"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    """Each test begins without wrong passwords."""
    cache.clear()


@pytest.fixture
def admin() -> Client:
    """The browser of an administrator."""
    User.objects.create_user("bos", PASSWORD, role="admin", name="Bu Bos")
    return log_in("bos")


def log_in(username: str, password: str = PASSWORD) -> Client:
    client = Client(raise_request_exception=False)
    reply = client.post("/account/login/", {"login": username, "password": password})
    assert reply.status_code == 302, reply.content.decode()
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_an_administrator_makes_somebody_who_logs_in_with_the_password_shown_once(admin: Client) -> None:
    reply = admin.post("/users/new", {"username": "Sari", "name": "Sari Dewi", "role": "agent", "unit": "Humas"})
    shown = re.search(r'<code class="password">([^<]+)</code>', reply.content.decode())
    assert shown is not None
    assert is_in(log_in("sari", shown[1]))
    assert AuditEvent.objects.filter(action="user.add", subject="sari", actor="bos").exists()
    assert shown[1] not in admin.get("/users/").content.decode()


def test_fields_that_no_form_has_change_nothing(admin: Client) -> None:
    person = User.objects.create_user("sari", PASSWORD, role="agent", name="Sari")
    said = {"name": "Sari Dewi", "role": "analyst", "username": "bos2", "password": "x", "is_active": "", "id": "99"}
    assert admin.post(f"/users/{person.pk}", said).status_code == 303
    person.refresh_from_db()
    assert (person.username, person.role, person.is_active, person.name) == ("sari", "analyst", True, "Sari Dewi")
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("active", {"active": "no"}),
        ("password", {}),
        ("sessions", {}),
        ("", {"name": "Sari", "role": "viewer"}),
    ],
)
def test_what_takes_something_away_ends_every_session_at_once(admin: Client, act: str, said: dict[str, str]) -> None:
    person = User.objects.create_user("sari", PASSWORD, role="agent", name="Sari")
    first, second = log_in("sari"), log_in("sari")
    assert is_in(first) and is_in(second)
    admin.post(f"/users/{person.pk}" + (f"/{act}" if act else ""), said)
    assert not is_in(first) and not is_in(second)


def test_the_last_administrator_stays_one(admin: Client) -> None:
    boss = User.objects.get(username="bos")
    assert admin.post(f"/users/{boss.pk}/active", {"active": "no"}).status_code == 422
    assert admin.post(f"/users/{boss.pk}", {"name": "Bos", "role": "agent"}).status_code == 422
    boss.refresh_from_db()
    assert (boss.role, boss.is_active) == ("admin", True)


def test_a_log_in_brings_another_session_and_a_log_out_ends_it_on_the_server() -> None:
    User.objects.create_user("sari", PASSWORD, role="agent")
    client = Client()
    client.get("/account/login/")
    client.post("/account/login/", {"login": "sari", "password": PASSWORD})
    kept = client.cookies["kentongan"].value
    assert Session.objects.filter(pk=kept).exists()
    client.post("/account/logout/")
    assert not Session.objects.filter(pk=kept).exists()
    client.cookies["kentongan"] = kept
    assert not is_in(client)


@pytest.mark.parametrize(("key", "ago"), [(SEEN, timedelta(minutes=31)), (BORN, timedelta(hours=12, minutes=1))])
def test_a_session_ends_after_half_an_hour_of_silence_and_after_twelve_hours(key: str, ago: timedelta) -> None:
    User.objects.create_user("sari", PASSWORD, role="agent")
    client = log_in("sari")
    assert is_in(client)
    session = client.session
    session[key] = (timezone.now() - ago).timestamp()
    session.save()
    assert not is_in(client)


def test_one_lists_and_ends_ones_other_sessions() -> None:
    User.objects.create_user("sari", PASSWORD, role="agent")
    here, there = log_in("sari"), log_in("sari")
    page = here.get("/account/sessions/").content.decode()
    assert page.count("127.0.0.1") == 2
    here.post("/account/sessions/")
    assert is_in(here) and not is_in(there)


def test_after_ten_wrong_passwords_none_is_looked_at_and_nobody_learns_which_names_exist() -> None:
    User.objects.create_user("sari", PASSWORD, role="agent")
    said = set()
    for name in ("sari", "tidak-ada"):
        client = Client()
        replies = [
            client.post("/account/login/", {"login": name, "password": "salah salah salah"}) for _ in range(12)
        ]
        texts = [re.findall(r'role="alert">([^<]+)<', reply.content.decode()) for reply in replies]
        assert texts[0] == texts[9] == ["Nama pengguna atau kata sandi salah."]
        assert texts[10] == texts[11] == ["Terlalu banyak percobaan. Tunggu beberapa menit, lalu coba lagi."]
        said.add(texts[0][0])
    assert len(said) == 1
    late = Client().post("/account/login/", {"login": "sari", "password": PASSWORD})
    assert late.status_code == 200


def test_strangers_who_try_all_day_do_not_lock_the_owner_out_of_a_browser_used_before() -> None:
    User.objects.create_user("sari", PASSWORD, role="agent")
    own, stranger = log_in("sari"), Client()
    own.post("/account/logout/")
    for _ in range(12):
        stranger.post("/account/login/", {"login": "sari", "password": "salah salah salah"})
    right = {"login": "sari", "password": PASSWORD}
    assert stranger.post("/account/login/", right).status_code == 200
    assert own.post("/account/login/", right).status_code == 302
    stranger.cookies["known"] = "WyJzYXJpIiwiMSJd:palsu:tanda"
    assert stranger.post("/account/login/", right).status_code == 200


def test_an_administrator_sets_up_a_second_factor_first_where_the_office_requires_it(settings: object) -> None:
    settings.SECOND_FACTOR = "admins"  # type: ignore[attr-defined]
    User.objects.create_user("bos", PASSWORD, role="admin")
    User.objects.create_user("sari", PASSWORD, role="agent")
    assert log_in("sari").get("/").status_code == 200
    boss = log_in("bos")
    assert boss.get("/")["Location"] == "/account/2fa/totp/activate/"
    once_more = boss.get("/account/2fa/totp/activate/")["Location"]
    assert once_more.startswith("/account/reauthenticate/")
    said = {"password": PASSWORD, "next": "/account/2fa/totp/activate/"}
    assert boss.post(once_more, said)["Location"] == "/account/2fa/totp/activate/"
    page = boss.get("/account/2fa/totp/activate/").content.decode()
    shown = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert shown is not None and generate_totp_secret() != shown[1]
    assert boss.get("/account/2fa/totp/picture.svg")["Content-Type"] == "image/svg+xml"
    assert boss.post("/account/2fa/totp/activate/", {"code": make_code(shown[1])}).status_code == 302
    assert boss.get("/").status_code == 200
    again = Client()
    reply = again.post("/account/login/", {"login": "bos", "password": PASSWORD})
    assert reply["Location"] == "/account/2fa/authenticate/"
    assert not is_in(again)


def make_code(secret: str) -> str:
    """What an authenticator app shows now."""
    return f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06d}"


def test_a_password_is_kept_by_argon2id_at_the_promised_cost() -> None:
    kept = PasswordHasher().encode(PASSWORD, "0123456789abcdef")
    cost = dict(part.split("=") for part in kept.split("$")[3].split(","))
    assert kept.startswith("argon2$argon2id$")
    assert int(cost["m"]) >= 19 * 1024 and int(cost["t"]) >= 2 and cost["p"] == "1"
    assert PASSWORD not in kept


def test_nobody_can_register_and_no_mail_resets_a_password() -> None:
    for address in ("/account/signup/", "/account/password/reset/", "/account/email/", "/accounts/login/", "/admin/"):
        assert Client().get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["//jahat.test", "/\\jahat.test", "https://jahat.test/", "javascript:alert(1)", "/\tjahat", "\\\\jahat"],
)
def test_a_log_in_leads_only_to_our_own_pages(address: str) -> None:
    User.objects.create_user("sari", PASSWORD, role="agent")
    client = Client()
    reply = client.post("/account/login/", {"login": "sari", "password": PASSWORD, "next": address})
    where = reply["Location"]
    assert reply.status_code == 302
    assert where == "/" or (where.startswith("/%09") and where.count("/") == 1), where
    assert client.post("/language", {"language": "en", "next": address})["Location"] == "/"


def test_a_chosen_language_is_the_persons_own() -> None:
    User.objects.create_user("sari", PASSWORD, role="agent")
    client = log_in("sari")
    client.post("/language", {"language": "en"})
    assert "My account" in client.get("/account/").content.decode()
    assert "My account" in log_in("sari").get("/account/").content.decode()

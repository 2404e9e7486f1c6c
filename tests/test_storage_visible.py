"""Nobody sees or changes what is confidential, unless they may."""

from __future__ import annotations

import pytest

from storage.models import Mention, Role, User
from storage.review import add_note, assign, reveal, set_confidential, set_tag, undo, visible_to
from tests.review_sample import make_mentions, make_people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    return make_people()


def test_a_confidential_item_is_seen_only_by_those_who_may(people: dict[str, User]) -> None:
    secret, plain = make_mentions(2)
    set_confidential(secret, True, by=people["agent"])
    seen = {name: set(visible_to(person)) for name, person in people.items()}
    both = {secret, plain}
    assert seen == {
        "viewer": {plain},
        "analyst": {plain},
        "budi": {plain},
        "agent": both,
        "supervisor": both,
        "admin": both,
    }
    assign(secret, people["budi"], by=people["supervisor"], version=1)
    assert set(visible_to(people["budi"])) == both
    assign(secret, None, by=people["supervisor"], version=3)
    assert set(visible_to(people["budi"])) == {plain}


def test_who_is_not_active_any_more_sees_nothing(people: dict[str, User]) -> None:
    make_mentions(1)
    people["admin"].is_active = False
    assert not visible_to(people["admin"]).exists()


def test_nobody_acts_on_what_they_may_not_see(people: dict[str, User]) -> None:
    mention = make_mentions(1)[0]  # budi's page, read before it became confidential
    event = set_tag(mention, "praise", by=people["budi"]).events[0]
    set_confidential(mention, True, by=people["agent"], version=1)
    budi = people["budi"]
    for act in (
        lambda: set_tag(mention, "other", by=budi),
        lambda: add_note(mention, "x", by=budi),
        lambda: reveal(mention, by=budi, why="x"),
        lambda: undo(budi, event),
    ):
        with pytest.raises(Mention.DoesNotExist):
            act()


def test_names_of_people_have_one_spelling(people: dict[str, User]) -> None:
    sari = User.objects.create_user(" Sari ", "kentongan dipukul tiga kali", role=Role.AGENT)
    assert User.objects.get_by_natural_key("SARI") == sari
    assert sari.check_password("kentongan dipukul tiga kali")
    assert not User.objects.create_user("tanpa sandi").has_usable_password()

"""A right that one process holds: taken, kept, lost, and refused to who lost it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction

from storage.dialect import without_waiting_for_the_disk
from storage.error import LeaseLostError
from storage.ingest import save
from storage.lease import check_fence, find_holder, release_lease, renew_lease, take_lease
from storage.models import Mention
from tests.storage_sample import NOW, make_batch, make_incoming, make_source

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(seconds=31)


def test_only_one_holder_has_it_even_under_its_own_name(db: None) -> None:
    assert take_lease("scheduler", "a", 30, NOW) is not None
    assert take_lease("scheduler", "b", 30, NOW) is None
    assert take_lease("scheduler", "a", 30, NOW) is None
    assert take_lease("source/1", "b", 30, NOW) is not None
    assert (find_holder("scheduler", NOW), find_holder("scheduler", LATER), find_holder("x", NOW)) == (
        "a",
        None,
        None,
    )


def test_an_ended_lease_is_taken_over_with_a_greater_number_and_its_old_holder_is_refused(db: None) -> None:
    source = make_source()
    old = take_lease("scheduler", "a", 30, NOW)
    new = take_lease("scheduler", "b", 30, LATER)
    assert old is not None
    assert new is not None
    assert new.number > old.number
    assert not renew_lease(old, 30, LATER)
    with pytest.raises(LeaseLostError, match='the lease "scheduler" was taken over'):
        save(source.pk, make_batch(make_incoming("1")), fences=[old])
    assert not Mention.objects.exists()
    assert save(source.pk, make_batch(make_incoming("1")), fences=[new]).new == 1


def test_a_lease_that_is_renewed_is_kept_and_one_that_ended_untaken_is_still_ours(db: None) -> None:
    fence = take_lease("scheduler", "a", 30, NOW)
    assert fence is not None
    assert renew_lease(fence, 30, NOW + timedelta(seconds=20))
    assert take_lease("scheduler", "b", 30, LATER) is None
    much_later = NOW + timedelta(hours=1)
    with transaction.atomic():
        check_fence(fence)
    assert renew_lease(fence, 30, much_later)


def test_a_released_lease_is_free_and_its_number_grows_on(db: None) -> None:
    first = take_lease("scheduler", "a", 30, NOW)
    assert first is not None
    release_lease(first)
    second = take_lease("scheduler", "a", 30, NOW)
    assert second is not None
    assert second.number == first.number + 1
    release_lease(first)
    assert find_holder("scheduler", NOW) == "a"


def test_a_clock_that_was_set_back_does_not_lock_everybody_out(db: None) -> None:
    assert take_lease("scheduler", "dead", 30, NOW + timedelta(days=1)) is not None
    assert take_lease("scheduler", "b", 30, NOW) is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has settings of its own")
def test_leases_do_not_wait_for_the_disk_and_everything_else_does() -> None:
    def get_level() -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous")
            return int(cursor.fetchone()[0])

    normal, full = 1, 2
    assert get_level() == full
    with without_waiting_for_the_disk():
        assert get_level() == normal
    with pytest.raises(ZeroDivisionError), without_waiting_for_the_disk():
        1 / 0  # noqa: B018
    assert take_lease("scheduler", "a", 30, NOW) is not None
    assert get_level() == full
    with transaction.atomic(), without_waiting_for_the_disk():
        assert get_level() == full

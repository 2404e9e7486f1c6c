"""The time key: newest first is its own order, and nobody's key is taken twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage.timekey import SEQUENCE_BITS, first_key, get_instant, make_key, place_keys

NOW = datetime(2026, 11, 24, 3, 0, 0, 999_999, tzinfo=UTC)


def test_a_later_second_has_a_greater_key_whatever_the_identity() -> None:
    keys = [make_key(9, str(second % 7), NOW + timedelta(seconds=second), NOW + timedelta(1)) for second in range(99)]
    assert keys == sorted(keys)


def test_a_key_tells_its_second() -> None:
    key = make_key(1, "a", NOW, NOW)
    assert get_instant(key) == NOW.replace(microsecond=0)
    assert first_key(NOW) <= key < first_key(NOW + timedelta(seconds=1))


@pytest.mark.parametrize("published", [None, NOW + timedelta(days=9), datetime.max.replace(tzinfo=UTC)])
def test_without_a_date_or_with_one_to_come_a_mention_stands_where_it_was_collected(
    published: datetime | None,
) -> None:
    assert get_instant(make_key(1, "a", published, NOW)) == NOW.replace(microsecond=0)


def test_what_is_older_than_1970_stands_first() -> None:
    assert 0 <= make_key(1, "a", datetime.min.replace(tzinfo=UTC), NOW) < 1 << SEQUENCE_BITS
    assert first_key(datetime.min.replace(tzinfo=UTC)) == 0


def test_a_key_is_exact_in_javascript_until_the_year_2242() -> None:
    assert make_key(1, "a", None, datetime(2242, 1, 1, tzinfo=UTC)) < 2**53


def test_keys_that_are_taken_are_stepped_around_within_their_second() -> None:
    key = make_key(1, "a", NOW, NOW)
    store = {key, key + 1}
    placed = place_keys([key, key, key + 1, key + 9], lambda keys: store & set(keys))
    assert len({*placed, *store}) == 6
    assert placed[3] == key + 9
    assert {get_instant(each) for each in placed} == {get_instant(key)}


def test_one_look_up_is_enough_where_nothing_collides() -> None:
    asked: list[list[int]] = []
    wanted = [make_key(1, str(number), NOW, NOW) for number in range(100)]
    assert len(set(wanted)) == 100

    def find_taken(keys: list[int]) -> set[int]:
        asked.append(keys)
        return set()

    assert place_keys(wanted, find_taken) == wanted
    assert len(asked) == 1


def test_the_last_sequence_of_a_second_wraps_to_its_first() -> None:
    last = first_key(NOW + timedelta(seconds=1)) - 1
    assert place_keys([last], lambda keys: {last} & set(keys)) == [first_key(NOW)]

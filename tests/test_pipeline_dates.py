"""Times of sources, believed only where they can be true (F16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from collectors.item import Precision
from pipeline.dates import settle_date, settle_edit

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WIB = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    ("stated", "precision", "settled"),
    [
        (datetime(2026, 11, 24, 8, 30, tzinfo=WIB), "minute", (datetime(2026, 11, 24, 1, 30, tzinfo=UTC), "minute")),
        (datetime(2026, 11, 24, 1, 0, tzinfo=UTC), None, (datetime(2026, 11, 24, 1, 0, tzinfo=UTC), "second")),
        # a clock a little ahead is believed, hours ahead are not
        (NOW + timedelta(minutes=4), "second", (NOW + timedelta(minutes=4), "second")),
        (NOW + timedelta(hours=7), "second", (NOW, None)),
        (datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=12))), "second", (NOW, None)),
        # today is today although its noon is still to come
        (datetime(2026, 11, 24, 12, 0, tzinfo=UTC), "day", (datetime(2026, 11, 24, 12, 0, tzinfo=UTC), "day")),
        (datetime(2026, 11, 27, 12, 0, tzinfo=UTC), "day", (NOW, None)),
        # empty fields of databases
        (datetime(1970, 1, 1, tzinfo=UTC), "second", (None, None)),
        (datetime(1, 1, 1, tzinfo=WIB), "day", (None, None)),
        (None, None, (None, None)),
    ],
)
def test_a_time_is_utc_and_never_in_the_future(
    stated: datetime | None, precision: Precision | None, settled: tuple[datetime | None, Precision | None]
) -> None:
    assert settle_date(stated, precision, NOW) == settled


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        settle_date(datetime(2026, 1, 1), "second", NOW)  # noqa: DTZ001


def test_an_edit_is_never_in_the_future() -> None:
    assert settle_edit(NOW + timedelta(days=1), NOW) == NOW
    assert settle_edit(NOW - timedelta(days=1), NOW) == NOW - timedelta(days=1)

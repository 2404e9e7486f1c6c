"""When a source is polled next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.plan import Planned
from scheduler import MAX_JITTER, Periodic, get_first_time, make_trigger
from tests.pipeline_sample import NOW, ScriptedCollector, make_spec

JAKARTA = ZoneInfo("Asia/Jakarta")
NEW_YORK = ZoneInfo("America/New_York")
QUARTER = timedelta(minutes=15)


def plan(every: timedelta = QUARTER, cron: str | None = None) -> Planned:
    return Planned(spec=make_spec(), collector=ScriptedCollector(), every=every, cron=cron)


def test_a_period_comes_again_give_or_take_a_tenth() -> None:
    times = [Periodic(QUARTER).get_next_fire_time(NOW, NOW) - NOW for _ in range(50)]
    assert all(abs(time - QUARTER) <= QUARTER * 0.1 for time in times)
    assert len(set(times)) > 1


def test_the_jitter_of_a_long_period_is_a_minute_at_most() -> None:
    day = timedelta(days=1)
    assert all(abs(Periodic(day).get_next_fire_time(NOW, NOW) - NOW - day) <= MAX_JITTER for _ in range(50))


def test_after_years_a_period_is_made_up_for_once_and_at_once() -> None:
    trigger, early, now = Periodic(QUARTER), datetime(1970, 1, 1, tzinfo=UTC), datetime(2038, 1, 19, tzinfo=UTC)
    assert now < trigger.get_next_fire_time(early, now) <= now + QUARTER * 1.1


@pytest.mark.parametrize(
    ("last_run", "first"),
    [
        (None, NOW),  # never polled
        (NOW - timedelta(hours=6), NOW),  # down for six hours: once, not 24 times
        (NOW - timedelta(minutes=5), NOW + timedelta(minutes=10)),
        (NOW + timedelta(days=1), NOW + QUARTER),  # the clock was set back
    ],
)
def test_a_source_is_polled_when_it_is_due_and_at_once_when_it_is_overdue(
    last_run: datetime | None, first: datetime
) -> None:
    assert get_first_time(plan(), last_run, NOW, JAKARTA) == first


@pytest.mark.parametrize(
    ("last_run", "first"),
    [
        (datetime(2026, 11, 23, 0, 0, 2, tzinfo=UTC), NOW),  # 07:00 in Jakarta is 00:00 UTC; today's was missed
        (datetime(2026, 11, 24, 0, 0, 2, tzinfo=UTC), datetime(2026, 11, 25, 0, 0, tzinfo=UTC)),
        (datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 11, 25, 0, 0, tzinfo=UTC)),
        (None, NOW),
    ],
)
def test_a_cron_line_counts_in_the_agencys_zone(last_run: datetime | None, first: datetime) -> None:
    assert get_first_time(plan(cron="0 7 * * *"), last_run, NOW, JAKARTA) == first


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (datetime(2026, 3, 8, tzinfo=NEW_YORK), "30 2 * * *"),  # 02:30 does not exist on this day
        (datetime(2026, 11, 1, tzinfo=NEW_YORK), "30 1 * * *"),  # 01:30 comes twice
    ],
)
def test_a_daily_line_runs_once_a_day_also_when_the_clocks_change(day: datetime, line: str) -> None:
    trigger = make_trigger(plan(cron=line), NEW_YORK)
    at = (day - timedelta(days=2)).astimezone(UTC)
    fires: list[datetime] = []
    while at < (day + timedelta(days=3)).astimezone(UTC):
        following = trigger.get_next_fire_time(fires[-1] if fires else None, at)
        fires.append(following)
        at = following.astimezone(UTC) + timedelta(seconds=1)
    days = [fire.astimezone(NEW_YORK).date() for fire in fires]
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    assert day.date() in days


def test_an_hourly_line_runs_in_every_hour_that_passes() -> None:
    trigger = make_trigger(plan(cron="0 * * * *"), NEW_YORK)
    midnight = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)  # the day of 25 hours begins in New York
    fires = [midnight]
    while len(fires) < 26:
        fires.append(trigger.get_next_fire_time(fires[-1], fires[-1] + timedelta(seconds=1)).astimezone(UTC))
    assert fires == [midnight + timedelta(hours=number) for number in range(26)]


def test_weekdays_of_a_cron_line_are_words() -> None:
    monday = datetime(2026, 11, 30, 7, 0, tzinfo=JAKARTA)
    assert make_trigger(plan(cron="0 7 * * mon"), JAKARTA).get_next_fire_time(None, NOW) == monday

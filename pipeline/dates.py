"""Times as the store takes them: aware UTC, never in the future, and no date rather than an impossible one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from collectors.item import Precision

# A source's clock may be a little ahead. A stated day stands for 12:00 UTC and begins 14 h earlier in the easternmost
# zone, so a day that has begun for its reader may lie up to 26 h ahead of us.
SKEW = timedelta(minutes=5)
DAY_AHEAD = timedelta(hours=26)
# No web page is older; what says so is an empty field of a database (1970-01-01, 0000-00-00, 1899-12-30).
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)


def settle_date(
    stated: datetime | None, precision: Precision | None, now: datetime
) -> tuple[datetime | None, Precision | None]:
    """The stated time in UTC with its precision; (now, None) for the future, (None, None) where none is believed.

    ValueError for a time without a zone: only its collector could know which was meant.
    """
    if stated is None:
        return None, None
    if stated.tzinfo is None:
        raise ValueError("the time has no zone")
    try:
        at = stated.astimezone(UTC)
    except OverflowError:  # year 1 or 9999, moved over the edge of the calendar
        at = stated.replace(tzinfo=UTC)
    if at < OLDEST:
        return None, None
    if at > now + (DAY_AHEAD if precision == "day" else SKEW):
        return now, None
    return at, precision or "second"


def settle_edit(edited: datetime | None, now: datetime) -> datetime | None:
    """The time of an edit in UTC, at most now; None where none is believed."""
    at, _ = settle_date(edited, "second", now)
    return at

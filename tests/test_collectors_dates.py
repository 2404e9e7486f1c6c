"""Every date of tests/data/dates gives the instant beside it, or nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.dates import Stated, parse_date

DATES = Path(__file__).parent / "data" / "dates"
WIB = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=WIB)
MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
Row = dict[str, str]


def read(name: str) -> list[Row]:
    rows: list[Row] = json.loads((DATES / name).read_text(encoding="utf-8"))
    return rows


def expected(row: Row) -> tuple[datetime, str]:
    return datetime.fromisoformat(row["at"]), row["precision"]


def said(stated: Stated | None) -> tuple[datetime, str] | None:
    return None if stated is None else (stated.at, stated.precision)


@pytest.mark.parametrize("row", read("indonesian.json") + read("other.json"), ids=lambda row: row["text"])
def test_a_date_gives_its_instant_and_how_exact_it_is(row: Row) -> None:
    assert said(parse_date(row["text"], WIB)) == expected(row)


@pytest.mark.parametrize("row", read("relative.json"), ids=lambda row: row["text"])
def test_a_relative_time_is_read_when_now_is_known(row: Row) -> None:
    assert said(parse_date(row["text"], WIB, NOW)) == expected(row)


@pytest.mark.parametrize("text", json.loads((DATES / "none.json").read_text(encoding="utf-8")))
def test_what_states_no_single_possible_date_gives_none(text: str) -> None:
    assert parse_date(text, WIB) is None


def test_a_time_without_a_zone_is_in_the_zone_of_the_source() -> None:
    stated = parse_date("2019-08-05 14:05", ZoneInfo("Asia/Jayapura"))
    assert said(stated) == (datetime(2019, 8, 5, 5, 5, tzinfo=UTC), "minute")


@given(st.datetimes(timezones=st.just(WIB)).filter(lambda at: 1970 < at.year < 2100))
def test_a_date_written_as_indonesians_write_it_is_read_back(at: datetime) -> None:
    text = f"{at.day} {MONTHS.split()[at.month - 1]} {at.year} {at:%H.%M.%S} WIB"
    stated = parse_date(text, UTC)
    assert stated is not None and stated.at == at.replace(microsecond=0)


@given(st.text(max_size=300) | st.from_regex(r"[0-9 :./+-]{1,40}", fullmatch=True))
def test_any_text_gives_a_date_or_none(text: str) -> None:
    stated = parse_date(text, WIB, NOW)
    assert stated is None or stated.at.utcoffset() is not None

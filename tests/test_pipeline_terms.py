"""Watched names and their foreign senses: tests/data/terms/malang.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.terms import PASSAGE, Terms, compile_terms
from pipeline.text import fold

CASES = tomllib.loads((Path(__file__).parent / "data/terms/malang.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Term:
    """One `[[terms]]` table."""

    name: str
    any: tuple[str, ...]
    none: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    case: bool = False


TERMS = compile_terms(Term(**table) for table in CASES["terms"])


def find(terms: Terms, text: str, title: str | None = None) -> list[str]:
    return list(dict.fromkeys(hit.term for hit in terms.find(title, text)))


@pytest.mark.parametrize("case", CASES["texts"], ids=lambda case: case["text"][:40])
def test_the_senses_of_a_name_are_told_apart(case: dict[str, Any]) -> None:
    assert find(TERMS, case["text"], case.get("title")) == case["terms"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wali Kota Malang", "Kota Malang"),
        ("\u201cKóta\u200b  Malang\u201d", "Kóta\u200b  Malang"),
        ("ﬁrma di Kota\u00a0Malang", "Kota\u00a0Malang"),
        ("Straße ß ß Kota-Malang!", "Kota-Malang"),
        ("👏🏽👏🏽 Pemkot Malangnya hebat", "Pemkot Malangnya"),
        ("e\u0301e\u0301 Kota Malang", "Kota Malang"),
    ],
)
def test_offsets_count_the_characters_of_the_original(text: str, found: str) -> None:
    (hit,) = TERMS.find(None, text)
    assert text[hit.start : hit.start + hit.length] == found


def test_title_and_text_have_their_own_first_hit() -> None:
    hits = TERMS.find("Kota Malang hari ini", "Di Kota Malang, ya di Kota Malang.")
    assert [(hit.field, hit.start) for hit in hits] == [("title", 0), ("text", 3)]


def test_a_passage_shows_the_words_around_a_hit() -> None:
    text = "awal " * 50 + "loket di Kota Malang\ntutup " + "akhir " * 50
    (hit,) = TERMS.find(None, text)
    assert "loket di Kota Malang tutup" in hit.passage
    assert len(hit.passage) <= PASSAGE + 2
    assert hit.passage.startswith("…awal ") and hit.passage.endswith(" akhir…")


def test_a_short_text_is_its_own_passage() -> None:
    assert TERMS.find(None, "Kota Malang hebat")[0].passage == "Kota Malang hebat"


def test_a_summary_is_wanted_before_its_near_words_are_read() -> None:
    assert TERMS.wanted("Disnaker membuka lowongan")
    assert not TERMS.wanted("Bursa kerja di Blitar")


def test_no_terms_find_nothing() -> None:
    assert compile_terms([]).find("a", "b") == () and not compile_terms([]).wanted("a")


def test_a_phrase_without_a_word_is_refused() -> None:
    with pytest.raises(ValueError, match=r'"- ," has no word to look for'):
        compile_terms([Term("x", ("- ,",))])


def test_signs_in_a_phrase_are_no_pattern() -> None:
    terms = compile_terms([Term("x", ("C++ (kursus)",))])
    assert find(terms, "ikut c++ (Kursus) gratis") == ["x"] and find(terms, "ccc kursus") == []


HOSTILE = [
    "malang " * 9_000,
    "arema malang " * 5_000,
    "nasib malang kabupaten malang " * 2_000,
    "kota" + " " * 60_000 + "malan",
    "kota " * 13_000,
    "kota-" * 13_000,
    "ﬁ\u0301" * 30_000,
    "disnaker kota malang surabaya " * 2_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_texts_take_linear_time(text: str) -> None:
    started = process_time()
    TERMS.find(text, text)
    assert process_time() - started < 1.0


@given(st.text(max_size=60), st.booleans())
def test_a_folded_text_maps_back_to_itself(text: str, case: bool) -> None:
    folded = fold(text, case=case)
    spans = [folded.get_origin(place, place + 1) for place in range(len(folded.text))]
    assert spans == sorted(spans)
    for char, (start, end) in zip(folded.text, spans, strict=True):
        assert 0 <= start < end <= len(text)
        origin = text[start:end]
        assert char in fold(origin, case=case).text or (char.isspace() and origin.isspace())

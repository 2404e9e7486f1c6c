"""Articles that tell one event: tests/data/story/articles.jsonl."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

from pipeline.story import Shingles, get_address_bands, get_bands, is_same, shingle
from storage.search import fold_words

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data/story/articles.jsonl").read_text(encoding="utf-8").splitlines()
]
PAIRS = [(one, other, one["story"] == other["story"]) for one, other in combinations(ROWS, 2)]


def read(row: dict[str, str]) -> Shingles:
    return shingle(fold_words(f"{row['title']}\n{row['text']}"))


def compare(one: dict[str, str], other: dict[str, str]) -> bool:
    return is_same(read(one), read(other))


def test_rewrites_of_a_press_release_are_one_story_and_other_articles_are_not() -> None:
    wrong = [(one["title"], other["title"]) for one, other, same in PAIRS if compare(one, other) != same]
    assert wrong == []


def test_every_pair_of_one_story_is_a_candidate_of_the_index() -> None:
    found = get_bands([read(row) for row in ROWS])
    bands = {row["title"]: set(own) for row, own in zip(ROWS, found, strict=True)}
    missed = [(a["title"], b["title"]) for a, b, same in PAIRS if same and not bands[a["title"]] & bands[b["title"]]]
    assert missed == []


def test_the_bands_of_an_article_never_change() -> None:
    # They are stored: another value would find no article of before.
    (bands,) = get_bands([shingle(" ".join(f"kata{i}" for i in range(40)))])
    assert bands[:2] == (7307610348169483086, 773325385994732256)


def test_one_address_is_one_band_and_short_texts_have_no_other() -> None:
    assert get_bands([shingle("teks pendek saja")]) == [()]
    (band,) = get_address_bands("https://a.example/x")
    assert -(2**63) <= band < 2**63
    assert get_address_bands(None) == ()


def test_two_short_notices_are_not_one_story() -> None:
    notice = {"title": "Pengumuman", "text": "Loket tutup hari ini dan buka lagi besok pagi."}
    assert not compare(notice, notice)

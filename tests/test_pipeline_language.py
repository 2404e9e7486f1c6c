"""The language of short, informal texts: tests/data/language/comments.jsonl."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.language import _load_model, detect_language

LINES = (Path(__file__).parent / "data/language/comments.jsonl").read_text(encoding="utf-8").splitlines()


def test_nineteen_of_twenty_comments_are_told_right() -> None:
    cases = [json.loads(line) for line in LINES]
    wrong = [(detect_language(case["text"]), case) for case in cases]
    wrong = [(said, case) for said, case in wrong if said not in case["language"]]
    print(f"right: {len(cases) - len(wrong)} of {len(cases)}")
    assert len(wrong) <= len(cases) * 0.06, wrong
    # A wrong language is worse than none: what is missed is mostly called "und".
    assert sum(said != "und" for said, _ in wrong) <= 3, wrong


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("jual murah", "id-ID", "id"),
        ("jual murah", "in", "id"),  # the old code, as Java and old Android write it
        ("jual murah", "ms_MY", "id"),
        ("jual murah", "jav", "jv"),
        ("Syarat NIB untuk usaha saya apa ya", "en-US", "id"),  # a setting that nobody looked at
        ("Great", "en-US", "und"),
        ("All good", "en-US", "en"),
        ("Kulo ngaturaken panuwun", "id", "jv"),
        ("👍", "und", "und"),
        ("👍", "nonsense value", "und"),
        ("👍", "", "und"),
    ],
)
def test_a_declared_language_is_believed_where_the_words_do_not_contradict(
    text: str, declared: str, language: str
) -> None:
    assert detect_language(text, declared) == language


def test_threads_that_begin_together_load_the_model_once() -> None:
    _load_model.cache_clear()
    sample = "nomor loket petugas berkas reklame gudang kafe restoran"
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(detect_language, [sample] * 8))
    assert len(answers) == 1
    assert _load_model.cache_info().misses == 1

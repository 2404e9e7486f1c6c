"""The words that are indexed and searched."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.search import MAX_WORD, fold_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("perizinan izin Izinnya mengizinkan diizinkan berizin", "izin izin izin izin izin izin"),
        ("PELAYANAN dilayani, layanan!", "layan layan layan"),
        ("NIB 2026/11 no. 0812-345", "nib 2026 11 no 0812 345"),
        ("Café ﬁsik ＯＳＳ İzmir straße", "cafe fisik oss izmir strasse"),
        ("dpmptsp_kota@malang", "dpmptsp kota malang"),
        ("", ""),
        ("… — 🙂", ""),
    ],
)
def test_words_are_folded_and_stemmed(text: str, words: str) -> None:
    assert fold_words(text) == words


def test_folding_what_is_folded_by_another_thread_gives_the_same() -> None:
    words = [f"per{word}an" for word in ("izin", "urus", "kerja", "tanya")] * 50
    alone = [fold_words(word) for word in words]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(fold_words, words)) == alone


def test_a_word_without_end_is_cut() -> None:
    assert len(fold_words("x" * 10_000)) == MAX_WORD

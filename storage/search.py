"""What is searched: a text as its folded, stemmed words, the same on SQLite and PostgreSQL and for every query."""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from unicodedata import combining, normalize

import Stemmer

# A longer word is no word, and PostgreSQL refuses lexemes of 2 KB.
MAX_WORD = 64
_WORD = re.compile(r"[^\W_]+")
_local = threading.local()


def fold_words(text: str) -> str:
    """The words of a text, folded and stemmed, in their order, separated by spaces.

    What is indexed and what is searched both go through here, so "perizinan", "mengizinkan" and "Izin" are one word.
    """
    return " ".join(map(_stem, _WORD.findall(_fold(text))))


def fold_mention(title: str | None, text: str, author: str | None) -> str:
    """The words by which a mention is found and compared with others."""
    return fold_words("\n".join(filter(None, (title, text, author))))


def _fold(text: str) -> str:
    """Without case and diacritics; letters that only look different (full width, ligatures) become the same."""
    if text.isascii():
        return text.lower()
    parts = normalize("NFKD", normalize("NFKD", text).casefold())
    return "".join(letter for letter in parts if not combining(letter))


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    # Snowball's Indonesian stemmer takes the affixes off and leaves the root: perizinan, izinnya, berizin -> izin.
    # A stemmer object is not safe to share between threads; its results are.
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("indonesian")
    return str(stemmer.stemWord(word[:MAX_WORD]))


def make_facets(source_id: int, channel: str, kind: str) -> tuple[str, ...]:
    """What never changes about a mention, as words beside its text, so that a search need not look elsewhere."""
    return f"source{source_id}", f"channel{channel}", f"kind{kind}"

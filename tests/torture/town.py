"""What the good sources publish, edit and delete: a pure function of the clock, so that nobody has to remember it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from random import Random

KINDS = ("rss", "atom", "json", "wordpress", "rss", "atom", "wordpress", "isso", "rss", "json")
_WORDS = """
    izin usaha syarat berkas loket antre petugas ramah lambat cepat pagi siang kantor warga kota pajak
    reklame toko warung pasar jalan lampu taman air sampah bantuan pelatihan kerja pabrik upah kartu kuning
    daring aplikasi gagal masuk unggah foto surat tanah bangunan gudang kafe restoran hotel parkir tarif
    gratis resmi pungutan laporan jawab
"""
WORDS = tuple(_WORDS.split())
SHOWN = 60  # items that a feed shows


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One numbered item of a source; times are seconds since 1970."""

    number: int
    published: float
    edited: float | None
    deleted: float | None
    words: str

    def get_text(self, now: float) -> str:
        """What it says at a time; a comment's text, or the text of an entry."""
        return f"{self.words} (diperbarui)" if self.is_edited(now) else self.words

    def is_edited(self, now: float) -> bool:
        return self.edited is not None and self.edited <= now

    def is_deleted(self, now: float) -> bool:
        return self.deleted is not None and self.deleted <= now


@dataclass(frozen=True, kw_only=True)
class Good:
    """One good source on an address of its own."""

    index: int  # from 1
    start: float  # when it published its first item
    period: float  # seconds in which it is polled

    @property
    def name(self) -> str:
        return f"good-{self.index:02}-{self.kind}"

    @property
    def kind(self) -> str:
        return KINDS[self.index % len(KINDS)]

    @property
    def address(self) -> str:
        return f"127.0.1.{self.index}"

    @property
    def shows_deletions(self) -> bool:
        """A feed only shows what is newest: what it shows no more is not deleted."""
        return self.kind in {"wordpress", "isso"}

    @cached_property
    def step(self) -> float:
        """Seconds between two items."""
        return self.period * (0.7 if self.shows_deletions else 0.2 + 0.01 * self.index)

    @property
    def others(self) -> tuple[str, ...]:
        """What it gives beside its numbered items, by external_id."""
        return ("post:1",) if self.kind == "wordpress" else ()

    def get_external_id(self, notice: Notice) -> str:
        if self.kind == "wordpress":
            return f"comment:{notice.number}"
        return f"/buku-tamu#{notice.number}" if self.kind == "isso" else f"kabar-{self.index}-{notice.number}"

    def get_notices(self, now: float) -> Iterator[Notice]:
        """All that were published until now, also those that are deleted by now, the oldest first."""
        number = 1
        while (published := self.start + (number - 1) * self.step) <= now:
            yield self._make(number, published)
            number += 1

    def get_visible(self, now: float) -> list[Notice]:
        """What it shows now."""
        return [notice for notice in self.get_notices(now) if not notice.is_deleted(now)]

    def _make(self, number: int, published: float) -> Notice:
        # Late enough that a source polled on time has shown the item as it was before.
        later = published + 2 * self.period
        deleted = later if self.shows_deletions and number % 7 == 3 else None
        edited = later if deleted is None and number % 5 == 2 else None
        words = make_words(self.index, number)
        return Notice(number=number, published=published, edited=edited, deleted=deleted, words=words)


@cache
def make_words(index: int, number: int) -> str:
    """The text of an item: unlike that of every other, so that no two are taken for one story."""
    return f"Nomor {number}: {' '.join(Random(f'{index}-{number}').choices(WORDS, k=24))}"


def make_town(start: float, period: float, count: int = 20) -> list[Good]:
    """So many good sources that published their first items at `start`."""
    return [Good(index=index, start=start, period=period) for index in range(1, count + 1)]

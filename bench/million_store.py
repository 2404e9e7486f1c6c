"""A store of a million mentions for million: made by `storage.ingest.save`, as years of collecting leave it.

Indonesian words by Zipf's law, six sources, threads, articles with terms and stories, edits, deletions, refused items
and 90 days of runs. Also what tells two stores apart: the count and the hash of every table.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.bench_save import BATCH, NOW, City, start_django

if TYPE_CHECKING:
    from storage.record import Batch, Incoming, Poison

COMMON, RARE = "sampah", "badak"
RARELY = 20_000  # one mention in so many holds the rare word
YEARS = timedelta(days=3 * 365)
RUNS = 100_000  # of 90 days
_ROOTS = re.findall(
    r"\w+",
    "izin usaha warga kota dinas layan antre petugas berkas syarat pajak pasar latih kerja buruh upah pabrik "
    "gudang jalan banjir sekolah jembatan wali anggar rapat lurah program bantu hari bulan tahun baru lama "
    "cepat lambat ramah gratis daring sistem loket nomor surat tanah bangun tunggu daftar terima tolak bayar "
    "kirim panggil tanya jawab lapor keluh puji rusak mati hidup lampu air listrik sampah parkir macet bus "
    "angkot pedagang toko rumah susun desa camat bupati kantor meja ruang panas dingin hujan kering sawah tani "
    "nelayan ikan beras harga naik turun murah mahal jual beli untung rugi modal pinjam bank kartu tanda "
    "penduduk lahir nikah cerai waris sehat sakit obat dokter puskesmas ambulans darurat aman polisi curi "
    "hilang temu cari lihat dengar baca tulis tanda tangan cetak foto unggah unduh sandi masuk keluar buka "
    "tutup mulai selesai tunda batal ubah ganti tambah kurang penuh kosong ",
)
_PREFIXES = ("", "", "", "me", "ber", "di", "ter", "pe", "ke", "se")
_SUFFIXES = ("", "", "", "kan", "an", "i", "nya", "lah")
_GLUE = re.findall(
    r"\w+", "yang di dan ini itu tidak sudah belum untuk dengan saya kami bapak ibu mohon kenapa kapan bagaimana ada"
)


class Kind(NamedTuple):
    """One of the sources, and what it gives."""

    name: str
    kind: str
    channel: str
    mention: str
    share: int  # of 20 batches


KINDS = (
    Kind("situs dinas", "wordpress", "website", "comment", 9),
    Kind("komentar kanal", "isso", "website", "comment", 4),
    Kind("kabar harian", "feed", "news", "article", 3),
    Kind("kabar nasional", "sitemap", "news", "article", 1),
    Kind("buku tamu", "webpage", "website", "message", 2),
    Kind("ulasan", "import", "social", "review", 1),
)
EVERY = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What the commands must find in the store."""

    mentions: int
    common: int
    rare: int
    articles: int
    month: int  # mentions of June 2026
    edits: int


class Town(City):
    """Citizens and newspapers that write Indonesian, in the order of time."""

    def __init__(self, total: int) -> None:
        super().__init__(0)
        words = [p + root + s for root in _ROOTS for p in _PREFIXES for s in _SUFFIXES]
        self._random.shuffle(words)
        self._words = list(dict.fromkeys((*_GLUE, COMMON, "dinas", "kota", *words)))
        self._weights = [1 / (rank + 10) for rank in range(len(self._words))]
        self._total = total
        self._stories: list[int] = []
        self.kind = KINDS[0]
        self.source = 0
        self.month = 0

    def _write(self, external_id: str, text: str, words: str) -> Incoming:
        comment = super()._write(external_id, text, words)
        jitter = timedelta(seconds=self._random.randrange(86_400))
        published = NOW - YEARS * (1 - self._number / self._total) - jitter
        self.month += get_month()[0] <= published < get_month()[1]
        if self._number % RARELY == 0:
            text, words = f"{text} {RARE}", f"{words} {RARE}"
        comment = replace(
            comment,
            text=text,
            search_words=words,
            kind=self.kind.mention,
            channel=self.kind.channel,
            published=published,
            reactions={"like": self._number % 7} if self._number % 5 == 0 else {},
            parent=f"comment:{self._number - 3}" if self._number % 4 == 0 else None,
            content_hash=blake2b(f"{external_id} {text}".encode(), digest_size=16).digest(),
        )
        return self._make_article(comment) if self.kind.mention == "article" else comment

    def _make_article(self, comment: Incoming) -> Incoming:
        """Twice the text, a title; one in three tells what an earlier one told."""
        from storage.timekey import make_key

        title = comment.text[:60].capitalize()
        text, words = f"{comment.text}\n\n{comment.text}", f"{comment.search_words} {comment.search_words}"
        article = replace(comment, title=title, text=text, search_words=words, publisher=self.kind.name, thread=None)
        if self._stories and self._number % 3 == 0:
            article = replace(article, story=self._random.choice(self._stories))
        elif self._number % 20 == 0:
            self._stories.append(make_key(self.source, article.external_id, article.published, NOW))
            del self._stories[:-200]
        bands = tuple(self._random.getrandbits(63) for _ in range(24)) if self._number > 0.95 * self._total else ()
        return replace(article, bands=bands)


def get_month() -> tuple[datetime, datetime]:
    """June 2026, as the agency's clock (WIB) has it."""
    return NOW.replace(month=5, day=31, hour=17), NOW.replace(month=6, day=30, hour=17)


def fill(url: str, folder: Path, total: int) -> Facts:
    """Make the store; says now and then how far it is."""
    start_django(url, folder)
    from django.core.management import call_command
    from django.db import connection

    from storage.ingest import save

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:  # only while it is made
        off = "PRAGMA synchronous = OFF" if connection.vendor == "sqlite" else "SET synchronous_commit = off"
        cursor.execute(off)
    town, counts = Town(total), {"common": 0, "rare": 0, "articles": 0, "edits": 0}
    for number, (source, batch) in enumerate(_make_batches(town, total)):
        save(source, batch)
        _count(batch, counts)
        if number % 20 == 0:
            counts["edits"] += save(source, _edit(batch)).updated
        if number % 50 == 49:
            print(f"  {(number + 1) * BATCH:,} stored", flush=True)
    _make_runs()
    connection.close()
    return Facts(mentions=total, month=town.month, **counts)


def _make_batches(town: Town, total: int) -> Iterator[tuple[int, Batch]]:
    from storage.models import Source
    from storage.record import Batch

    turns = [(_add_source(Source, kind), kind) for kind in KINDS for _ in range(kind.share)]
    random.Random(5).shuffle(turns)
    for at in range(0, total, BATCH):
        town.source, town.kind = turns[at // BATCH % len(turns)]
        mentions = tuple(town.make(min(BATCH, total - at)))
        poison = (_refuse(at),) if at % (10 * BATCH) == 0 else ()
        now = max(mention.published for mention in mentions if mention.published) + timedelta(hours=1)
        yield town.source, Batch(mentions=mentions, poison=poison, cursor=f'{{"page": {at}}}', now=min(now, NOW))


def _add_source(model: Any, kind: Kind) -> int:
    row, _ = model.objects.get_or_create(
        name=kind.name,
        defaults={"kind": kind.kind, "channel": kind.channel, "url": "", "every": EVERY, "added": NOW - YEARS},
    )
    return int(row.pk)


def _refuse(number: int) -> Poison:
    from storage.record import Poison

    return Poison(raw=f"<item>{number}</item>".encode(), reason="it has no text")


def _edit(batch: Batch) -> Batch:
    """A tenth says something else now, and one in fifty is gone."""
    edited = tuple(
        replace(one, text=f"{one.text} (ralat)", content_hash=blake2b(one.content_hash, digest_size=16).digest())
        for one in batch.mentions[::10]
    )
    gone = tuple(one.external_id for one in batch.mentions[5::50])
    return replace(batch, mentions=edited, gone=gone, poison=(), now=batch.now + timedelta(minutes=5))


def _count(batch: Batch, counts: dict[str, int]) -> None:
    for mention in batch.mentions:
        words = mention.search_words.split()
        counts["common"] += COMMON in words
        counts["rare"] += RARE in words
        counts["articles"] += mention.kind == "article"


def _make_runs() -> None:
    from storage.models import Run, Source

    sources = list(Source.objects.all())
    rows = (
        Run(
            source=sources[number % len(sources)],
            started=NOW - timedelta(seconds=77 * number),
            finished=NOW - timedelta(seconds=77 * number - 3),
            outcome="ok",
            unchanged=50,
            seconds=3.0,
        )
        for number in range(RUNS, 0, -1)
    )
    Run.objects.bulk_create(rows, batch_size=1_000)
    Source.objects.update(last_run=NOW, last_success=NOW)


# What a backup and a restore write of themselves, or make anew.
JOURNAL = {"audit_event", "audit_head", "sqlite_sequence", "django_migrations", "django_session"}


def digest(url: str) -> dict[str, tuple[int, str]]:
    """The rows and the hash of every table but those of JOURNAL."""
    return _digest_sqlite(Path(url.removeprefix("sqlite:///"))) if url.startswith("sqlite") else _digest_server(url)


def _digest_sqlite(path: Path) -> dict[str, tuple[int, str]]:
    import sqlite3

    found = {}
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    for (table,) in connection.execute(names).fetchall():
        rows, hashed = 0, blake2b(digest_size=8)
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            rows += 1
            hashed.update(repr(row).encode("utf-8", "surrogatepass"))
        found[table] = (rows, hashed.hexdigest())
    connection.close()
    return {table: one for table, one in found.items() if table not in JOURNAL}


def _digest_server(url: str) -> dict[str, tuple[int, str]]:
    import psycopg

    found = {}
    with psycopg.connect(url) as connection:
        # A restore makes the tables anew, and so the times of the migrations.
        names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        for (table,) in connection.execute(names).fetchall():
            hashes = f'SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM "{table}" t'
            rows, hashed = connection.execute(hashes).fetchone() or (0, 0)
            found[table] = (int(rows), str(hashed))
    return {table: one for table, one in found.items() if table not in JOURNAL}

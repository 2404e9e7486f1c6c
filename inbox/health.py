"""The sources at a glance: how each is, in one word and one sentence, the silent ones first (J7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.fault import tell_fault
from inbox.office import Configured
from pipeline.silence import SILENT_AFTER
from storage.models import Lease, Run, Source

HOURS = 24
RUNS_LOOKED_AT = 60_000  # 600 sources that are polled every 15 minutes
TALLEST = 18  # of a bar, in the picture's own units

STATES: Mapping[str, Promise] = {
    "silent": _("Senyap"),
    "failing": _("Gagal"),
    "waiting": _("Menunggu giliran pertama"),
    "ok": _("Berjalan"),
    "import": _("Impor"),
    "paused": _("Dijeda"),
    "disabled": _("Dimatikan"),
    "dropped": _("Tidak di pengaturan lagi"),
}
_ORDER = tuple(STATES)
KINDS: Mapping[str, Promise] = {
    "feed": _("Umpan"),
    "wordpress": _("WordPress"),
    "article": _("Artikel"),
    "sitemap": _("Peta situs"),
    "webpage": _("Komentar di halaman"),
    "isso": _("Isso"),
    "import": _("Berkas"),
}
CHANNELS: Mapping[str, Promise] = {"website": _("Situs sendiri"), "social": _("Media sosial"), "news": _("Media")}


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour of the small picture: where it stands and how tall it is."""

    x: int
    y: int
    height: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """A source and how it is."""

    source: Source
    state: str
    kind: str
    channel: str
    trouble: str
    next_run: datetime | None
    overdue: bool
    cron: str
    polled: bool
    keep: str
    new: int  # in the last 24 hours
    bars: tuple[Bar, ...]

    @property
    def state_name(self) -> str:
        """The state in the reader's language."""
        return str(STATES[self.state])


def read_health(configured: Mapping[str, Configured], now: datetime, only: int | None = None) -> list[Health]:
    """Every source (or one): two queries, whatever their number."""
    sources = Source.objects.all() if only is None else Source.objects.filter(pk=only)
    rows = list(sources)
    counts = _count_new(now, only)
    found = [_describe(row, configured.get(row.name), counts.get(row.pk, {}), now) for row in rows]
    return sorted(found, key=lambda one: (_ORDER.index(one.state), one.source.name.casefold()))


def is_scheduling(now: datetime) -> bool:
    """Does a scheduler live? Else nothing is collected, whatever anybody asks."""
    return Lease.objects.filter(name="scheduler", expires__gt=now).exists()


def _describe(row: Source, configured: Configured | None, counts: Mapping[int, int], now: datetime) -> Health:
    state = _get_state(row, now)
    polled = configured.polled if configured else row.kind != "import"
    runs = polled and state not in {"paused", "disabled", "dropped"}
    cron = (configured.cron if configured else None) or ""
    due = (row.last_run or now) + (row.every if row.last_run else timedelta(0))
    return Health(
        source=row,
        state=state,
        kind=str(KINDS.get(row.kind, row.kind)),
        channel=str(CHANNELS.get(row.channel, row.channel)),
        trouble=row.paused_why if state == "paused" else tell_fault(row.last_error),
        next_run=due if runs and not cron else None,
        overdue=due <= now,
        cron=cron if runs else "",
        polled=polled,
        keep=configured.keep if configured else "",
        new=sum(counts.values()),
        bars=_draw([counts.get(hour, 0) for hour in range(HOURS)]),
    )


def _get_state(row: Source, now: datetime) -> str:
    """The first of these that is so; what nobody polls is never silent."""
    so = {
        "dropped": not row.configured and row.kind != "import",
        "disabled": not row.enabled,
        "paused": row.paused,
        "import": row.kind == "import",
        "silent": (row.last_success or row.added) + SILENT_AFTER * row.every < now,
        "failing": row.failures > 0,
        "waiting": row.last_run is None,
        "ok": True,
    }
    return next(state for state, is_so in so.items() if is_so)


def _count_new(now: datetime, only: int | None) -> dict[int, Counter[int]]:
    """New items by source and hour, the oldest hour 0; read from the end of the runs, which nobody may scan."""
    start = now - timedelta(hours=HOURS)
    last = Run.objects.aggregate(last=Max("id"))["last"] or 0
    runs = Run.objects.filter(pk__gt=last - RUNS_LOOKED_AT, started__gte=start, new__gt=0)
    if only is not None:
        runs = runs.filter(source=only)
    counts: dict[int, Counter[int]] = {}
    for source_id, started, new in runs.values_list("source_id", "started", "new"):
        hour = min(HOURS - 1, int((started - start).total_seconds() // 3600))
        counts.setdefault(source_id, Counter())[hour] += new
    return counts


def _draw(counts: Sequence[int]) -> tuple[Bar, ...]:
    most = max(counts, default=0)
    bars = []
    for hour, count in enumerate(counts):
        height = max(2, round(count * TALLEST / most)) if count else 1
        bars.append(Bar(x=hour * 4, y=TALLEST - height, height=height))
    return tuple(bars)

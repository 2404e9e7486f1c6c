"""Items that cannot be stored, kept with their reason: the same bytes of one source once, however often they come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version

from storage.models import Quarantine
from storage.record import Poison

MAX_POISON = 256 * 1024  # bytes


def quarantine(source_id: int, poison: Sequence[Poison], run_id: int | None, now: datetime) -> int:
    """Keep what is not kept already; how many that were."""
    if not poison:
        return 0
    found = {blake2b(bad.raw, digest_size=16).digest(): bad for bad in poison}
    held = Quarantine.objects.filter(source_id=source_id, raw_hash__in=list(found)).values_list("raw_hash", flat=True)
    known = {bytes(raw_hash) for raw_hash in held}
    rows = [
        Quarantine(
            source_id=source_id,
            run_id=run_id,
            seen=now,
            reason=_clean(bad.reason),
            raw=bad.raw[:MAX_POISON],
            raw_hash=raw_hash,
            version=_get_version(),
        )
        for raw_hash, bad in found.items()
        if raw_hash not in known
    ]
    Quarantine.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def blame(row: Quarantine, reason: str, now: datetime) -> None:
    """It was tried again and is refused still, by this program, at this time, for this reason."""
    Quarantine.objects.filter(pk=row.pk).update(seen=now, reason=_clean(reason), version=_get_version())


def _clean(reason: str) -> str:
    return reason.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


@lru_cache(maxsize=1)
def _get_version() -> str:
    try:
        return version("kentongan")
    except PackageNotFoundError:
        return ""

"""A page that is asked again and again: what we remember of it, so that an unchanged one costs next to nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors.fetcher import Reply, Visit

# A 304 is the server's word only; WordPress's feed ETag ignores edits and late approvals.
FULL_EVERY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What the last full answer said of itself; kept in a cursor as a small JSON document."""

    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    full_at: datetime | None = None  # aware: when the whole body last came

    def to_json(self) -> dict[str, str | None]:
        """The JSON document that `from_json` reads."""
        full_at = None if self.full_at is None else self.full_at.astimezone(UTC).isoformat()
        return {"etag": self.etag, "last_modified": self.last_modified, "digest": self.digest, "full_at": full_at}

    @classmethod
    def from_json(cls, document: object) -> Page | None:
        """Read a stored document; None for anything else, which only costs one full fetch."""
        if not isinstance(document, dict):
            return None
        texts = {name: value for name, value in document.items() if isinstance(value, str)}
        try:
            full_at = datetime.fromisoformat(texts["full_at"])
        except (KeyError, ValueError):
            return None
        if full_at.tzinfo is None:
            return None
        return cls(
            etag=texts.get("etag"),
            last_modified=texts.get("last_modified"),
            digest=texts.get("digest"),
            full_at=full_at,
        )


def fetch_page(visit: Visit, url: str, page: Page | None, now: datetime, **get: Any) -> tuple[Reply | None, Page]:
    """Fetch an address if it changed: None and the page as it stands for a 304 or an identical body.

    Store the page together with the items it stands for, else a lost run would never be read again.
    """
    known = page or Page()
    fresh = known.full_at is not None and timedelta(0) <= now - known.full_at < FULL_EVERY
    asked = known if fresh else Page()
    reply = visit.get(url, etag=asked.etag, last_modified=asked.last_modified, **get)
    if reply.status == 304:
        return None, known
    if not 200 <= reply.status < 300:
        return reply, known
    headers = reply.headers
    latest = Page(
        etag=headers.get("etag"), last_modified=headers.get("last-modified"), digest=reply.digest, full_at=now
    )
    if fresh and replace(latest, full_at=known.full_at) == known:
        return None, known  # nothing to store, not even that it came whole once more
    return (None if reply.digest == known.digest else reply), latest

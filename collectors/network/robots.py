"""robots.txt of the hosts whose pages are read: fetched through the same door, kept at most a day (RFC 9309)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from protego import Protego

from collectors.network.address import Target

MAX_ROBOTS = 500 * 1024
MAX_CRAWL_DELAY = 30.0  # seconds; a site that asks for more is still asked only this seldom within a run
KEPT = timedelta(hours=24)
RETRY = timedelta(minutes=30)  # after a robots.txt that could not be read
_MAX_SITES = 500
_ROBOT = "kentongan"
_AGENT_LINE = re.compile(r"[ \t]*user[ -]?agent[ \t]*:?(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one site permits; `parser` is None where everything is permitted, or where nothing could be read."""

    until: datetime
    parser: Protego | None = None
    unreadable: str | None = None

    def allow(self, url: str) -> bool:
        """May this address be read?"""
        return self.parser is None or bool(self.parser.can_fetch(url, _ROBOT))

    @property
    def delay(self) -> float:
        """Seconds between two requests that the site asks for."""
        asked = None if self.parser is None else self.parser.crawl_delay(_ROBOT)
        return min(float(asked or 0.0), MAX_CRAWL_DELAY)


def parse_robots(body: bytes, until: datetime) -> Rules:
    """Read a robots.txt; what stands beyond 500 KiB does not count."""
    text = body[:MAX_ROBOTS].decode("utf-8", errors="replace").lstrip("\ufeff")
    return Rules(until, Protego.parse("\n".join(map(_name_others, text.splitlines()))))


def _name_others(line: str) -> str:
    # Protego compares every rule with every agent of its group: 16,000 names with 16,000 rules would take minutes.
    # All groups that are not ours become one.
    match = _AGENT_LINE.fullmatch(line)
    if match is None or "*" in match[1] or _ROBOT in match[1].lower():
        return line[:4096]
    return "User-agent: another"


class Robots:
    """The rules of each site, read when first needed."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._rules: dict[str, Rules] = {}
        self._lock = Lock()

    def get(self, target: Target, read: Callable[[str, datetime], Rules]) -> Rules:
        """The rules for a target's site; `read` fetches them when there are none that still count."""
        site = f"{target.scheme}://{target.place}"
        now = self._now()
        rules = self._rules.get(site)
        if rules is None or rules.until <= now:
            rules = read(f"{site}/robots.txt", now)
            with self._lock:
                self._rules.pop(site, None)
                self._rules[site] = rules
                if len(self._rules) > _MAX_SITES:
                    del self._rules[next(iter(self._rules))]  # the one that was read longest ago
        return rules

"""A place that may become a source: looked at, each way to read it tried, named, and given its keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kentongan.assembly import make_fetcher, open_means
from kentongan.config import Config, read_source
from kentongan.config_text import append_table, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.lookup import Looked, Offer
    from pipeline.preview import Trial
    from pipeline.run import Means

TRIED = 5  # ways to read a place that are tried
SHOWN = 10  # items of each
TRIAL = timedelta(seconds=30)
LOOK = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """One way to read a place, as the source that it would be."""

    kind: str
    url: str
    why: str
    name: str
    channel: str
    keep: str
    trial: Trial


def look(config: Config, url: str) -> Looked:
    """What an address offers; CollectError when it cannot be fetched."""
    from collectors.sandbox import Sandbox
    from pipeline.lookup import complete_address, look_at

    fetcher, sandbox = make_fetcher(config), Sandbox(size=1)
    try:
        return look_at(complete_address(url), fetcher.visit(url, LOOK), sandbox)
    finally:
        fetcher.close()
        sandbox.close()


def propose(
    config: Config, url: str, tell: Callable[[list[Proposal]], None] = lambda _: None
) -> tuple[list[Proposal], str]:
    """Every way to read an address with its first items, or the sentence that says what is missing.

    `tell` hears the proposals so far. CollectError when the address cannot be fetched.
    """
    from pipeline.lookup import complete_address, look_at

    proposals: list[Proposal] = []
    with open_means(config) as means:
        looked = look_at(complete_address(url), means.fetcher.visit(url, LOOK), means.sandbox)
        for offer in looked.offers[:TRIED]:
            proposals.append(_try(config, offer, means))
            tell(list(proposals))
    return proposals, looked.missing


def _try(config: Config, offer: Offer, means: Means) -> Proposal:
    from collectors import get_collector
    from pipeline.preview import try_source

    channel = guess_channel(offer.url, config)
    table = {"name": make_name(offer.url, config), "kind": offer.kind, "url": offer.url, "channel": channel}
    source = read_source(offer.url, table)
    return Proposal(
        **table,
        why=offer.why,
        keep=source.keep,
        trial=try_source(config.get_spec(source), get_collector(offer.kind), means, SHOWN, TRIAL),
    )


def add_source(path: Path, keys: dict[str, str], why: str, stamp: str = "") -> None:
    """A `[[sources]]` table more in the file; ConfigError when anything is wrong with it, or with the file."""
    append_table(path, write_table(keys, f"added {datetime.now(UTC):%Y-%m-%d}: {why}"), stamp)


def make_name(url: str, config: Config) -> str:
    """The host's own name, numbered where it is taken."""
    host = (urlsplit(url).hostname or "source").removeprefix("www.")
    name = re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")
    taken = {source.name for source in config.sources}
    return next(n for n in (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3))) if n not in taken)


def guess_channel(url: str, config: Config) -> str:
    """`website` under the domain of the agency's contact, else `news`: there only what matches a term is kept."""
    domain = config.agency.contact.rpartition("@")[2].lower()
    host = (urlsplit(url).hostname or "").lower()
    return "website" if host == domain or host.endswith(f".{domain}") else "news"

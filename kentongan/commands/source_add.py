"""Look at an address and add it to config.toml: a feed, a WordPress site, a news sitemap, a page with comments.

The rest of the file stays as it is. With --kind nothing is looked at. A running Kentongan notices by itself.
"""

from __future__ import annotations

import argparse
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kentongan.config import Config, find_config, load_config
from kentongan.config_text import append_table, write_table
from kentongan.error import CommandError
from kentongan.output import say, warn

if TYPE_CHECKING:
    from kentongan.look import Offer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The address, and what is known of it already."""
    parser.add_argument("url", metavar="ADDRESS")
    parser.add_argument("--name", help="else made from the address")
    parser.add_argument("--kind", help="else found by looking at the address")
    parser.add_argument("--channel", choices=("website", "social", "news"), help="else website for the agency's own")


def run(args: argparse.Namespace) -> int:
    """Append the table; the file is left alone when anything is wrong with it."""
    path = find_config()
    config = load_config(path)
    kind, url, why = args.kind, args.url, "not looked at"
    if kind is None:
        offer = _choose(_look(config, url), url)
        kind, url, why = offer.kind, offer.url, offer.why
    name = args.name or _make_name(url, config)
    channel = args.channel or _guess_channel(url, config)
    keys = {"name": name, "kind": kind, "url": url, "channel": channel}
    append_table(path, write_table(keys, f"added {datetime.now(UTC):%Y-%m-%d}: {why}"))
    say(f'{path}: added "{name}" ({kind}, {channel}, {url}); `kentongan source check {name}` shows what it gives')
    return 0


def _look(config: Config, url: str) -> list[Offer]:
    from datetime import timedelta

    from collectors.sandbox import Sandbox
    from kentongan.assembly import make_fetcher
    from kentongan.look import look_at

    fetcher, sandbox = make_fetcher(config), Sandbox(size=1)
    try:
        return look_at(url, fetcher.visit(url, timedelta(minutes=2)), sandbox)
    finally:
        fetcher.close()
        sandbox.close()


def _choose(offers: list[Offer], url: str) -> Offer:
    """The best offer; on a terminal, the one that the person picks."""
    for number, offer in enumerate(offers, start=1):
        warn(f"{number}. {offer.kind:10}{offer.url}\n   {offer.why}")
    if len(offers) == 1 or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return offers[0]
    warn(f"Which one, 1 to {len(offers)}? (Enter: 1)")
    answer = sys.stdin.readline().strip() or "1"
    if not answer.isdigit() or not 1 <= int(answer) <= len(offers):
        raise CommandError(f'{url}: nothing was added: "{answer}" is none of the numbers')
    return offers[int(answer) - 1]


def _make_name(url: str, config: Config) -> str:
    """The host's own name, numbered where it is taken."""
    host = (urlsplit(url).hostname or "source").removeprefix("www.")
    name = re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")
    taken = {source.name for source in config.sources}
    return next(n for n in (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3))) if n not in taken)


def _guess_channel(url: str, config: Config) -> str:
    """`website` under the domain of the agency's contact, else `news`: there only what matches a term is kept."""
    domain = config.agency.contact.rpartition("@")[2].lower()
    host = (urlsplit(url).hostname or "").lower()
    return "website" if host == domain or host.endswith(f".{domain}") else "news"

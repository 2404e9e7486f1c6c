"""Look at an address and add it to config.toml: a feed, a WordPress site, a news sitemap, a page with comments.

The rest of the file stays as it is. With --kind nothing is looked at. A running Kentongan notices by itself.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kentongan.config import find_config, load_config
from kentongan.error import CommandError
from kentongan.newcomer import add_source, guess_channel, look, make_name
from kentongan.output import say, warn

if TYPE_CHECKING:
    from pipeline.lookup import Offer


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
        looked = look(config, url)
        if looked.missing:
            raise CommandError(f"{url}: {looked.missing}")
        offer = _choose(looked.offers, url)
        kind, url, why = offer.kind, offer.url, offer.why
    name = args.name or make_name(url, config)
    channel = args.channel or guess_channel(url, config)
    add_source(path, {"name": name, "kind": kind, "url": url, "channel": channel}, why)
    say(f'{path}: added "{name}" ({kind}, {channel}, {url}); `kentongan source check {name}` shows what it gives')
    return 0


def _choose(offers: Sequence[Offer], url: str) -> Offer:
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

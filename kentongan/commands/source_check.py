"""Dry run: print exactly what would be stored of a source, and store nothing.

Name a source of config.toml, or give --kind and --url; with --url alone the address is looked at, and every way to
read it is tried. With --body a saved answer is read instead of the network.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kentongan.config import Config, SourceConfig, read_source
from kentongan.error import CommandError, UsageError
from kentongan.log import neutralize
from kentongan.newcomer import Proposal, propose
from kentongan.output import say, warn
from kentongan.roster import find_source
from kentongan.start import start_django

if TYPE_CHECKING:
    from collectors.collector import Collector
    from collectors.tables.read import RefusedRow
    from pipeline.examine import Examined


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which source, and how to print it."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="a source of config.toml")
    parser.add_argument("--kind", help="instead of NAME, with --url; else found by looking at the address")
    parser.add_argument("--url")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help='another key, such as keep="matching"',
    )
    parser.add_argument("--body", type=Path, metavar="FILE", help="what the address answered; nothing is fetched")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(args: argparse.Namespace) -> int:
    """Print each item with whether it is kept, and why."""
    config = start_django()
    if args.url and not (args.name or args.kind or args.set or args.body):
        return _propose(config, args.url, as_json=args.json)
    source = _find_source(args, config)
    collector, body = _get_collector(source, args.body)
    from kentongan.assembly import open_means
    from pipeline.examine import Examined
    from pipeline.preview import preview_source

    kept = refused = seen = 0
    with open_means(config) as means:
        for one in preview_source(config.get_spec(source), collector, means, body):
            if isinstance(one, Examined):
                seen, kept = seen + 1, kept + one.verdict.kept
                say(_write_json(one, source) if args.json else _write_lines(one))
            else:
                refused += 1
                warn(f"{source.name}: one item cannot be read: {one.reason}")
    if not args.json:
        say(f"{source.name}: {seen} items, {kept} would be kept, {refused} cannot be read; nothing was stored")
    return 0


def _propose(config: Config, url: str, *, as_json: bool) -> int:
    """Every way to read an address with what it would give, or what is missing."""
    proposals, missing = propose(config, url)
    if missing:
        raise CommandError(f"{url}: {missing}")
    for number, one in enumerate(proposals, start=1):
        if as_json:
            say(_write_proposal(one))
            continue
        say(f"{number}. {one.kind:10}{one.url}\n   {one.why}; channel {one.channel}, keep {one.keep}")
        for item in one.trial.items[:3]:
            say(_write_lines(item))
        error = f"; {one.trial.error}" if one.trial.error else ""
        say(f"   {len(one.trial.items)} items were tried, {one.trial.kept} would be kept{error}; nothing was stored")
    return 0


def _write_proposal(one: Proposal) -> str:
    record = {name: getattr(one, name) for name in ("kind", "url", "why", "name", "channel", "keep")}
    trial = {"items": len(one.trial.items), "kept": one.trial.kept, "note": one.trial.note or None}
    error = str(one.trial.error) if one.trial.error else None
    return json.dumps({**record, **trial, "error": error}, ensure_ascii=False)


def _get_collector(source: SourceConfig, path: Path | None) -> tuple[Collector, bytes | None]:
    """The collector of the source, and what it reads instead of the network."""
    if source.polled:
        from collectors import get_collector

        return get_collector(source.kind), path.read_bytes() if path else None
    if path is None:
        raise UsageError("kentongan source check: an import is a file that is handed in: name it with --body FILE")
    path.open("rb").close()  # an error that names the file
    from pipeline.handed_in import FileCollector

    mapping = getattr(source.options, "map", {})
    return FileCollector(path=path, mapping=mapping, refuse=lambda row: _warn_of(path, row)), b""


def _warn_of(path: Path, row: RefusedRow) -> None:
    warn(neutralize(f"{path.name}, line {row.line}: {row.reason}"))


def _find_source(args: argparse.Namespace, config: Config) -> SourceConfig:
    """The source of that name, or one made of --kind, --url and --set."""
    table: dict[str, Any] = {}
    for pair in args.set:
        try:
            table |= tomllib.loads(pair)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"--set {pair}: write KEY=VALUE as in config.toml, texts in quotes: {error}") from error
    if args.name is not None:
        if args.kind or args.url or table:
            raise UsageError("kentongan source check: give NAME, or --kind and --url, not both")
        return find_source(config, args.name)
    if not args.kind or not (args.url or args.kind == "import"):
        raise UsageError("kentongan source check: give the NAME of a source, or --kind and --url")
    name = table.pop("name", urlsplit(args.url or "").hostname or args.kind)
    place = {"url": args.url} if args.url else {}
    return read_source("kentongan source check", {"name": name, "kind": args.kind, **place, **table})


def _write_json(one: Examined, source: SourceConfig) -> str:
    """The Item's fields as they would be stored, and what we add to them."""
    said = one.mention
    record = {
        "source": source.name,
        "channel": said.channel,
        "external_id": said.external_id,
        "kind": said.kind,
        "url": said.url,
        "canonical_url": said.canonical_url,
        "title": said.title,
        "text": said.text,
        "author": {"name": said.author_name, "handle": said.author_handle, "url": said.author_url},
        "parent": said.parent,
        "thread": said.thread,
        "published": said.published.isoformat() if said.published else None,
        "published_precision": said.published_precision,
        "edited": said.edited.isoformat() if said.edited else None,
        "language": said.language,
        "reactions": dict(said.reactions),
        "publisher": said.publisher,
        "raw": said.raw,
        "terms": list(dict.fromkeys(hit.term for hit in said.terms)),
        "kept": one.verdict.kept,
        "why": one.verdict.why,
    }
    return json.dumps(record, ensure_ascii=False)


def _write_lines(one: Examined) -> str:
    """What a person wants to see of an item: three lines."""
    said = one.mention
    when = "no date" if said.published is None else f"{said.published:%Y-%m-%d %H:%M} UTC"
    if said.published is not None and said.published_precision == "day":
        when = f"{said.published:%Y-%m-%d}"
    who = said.author_name or said.author_handle or "nobody named"
    text = neutralize(" ".join(f"{said.title or ''} {said.text}".split()))
    verdict = "keep" if one.verdict.kept else "skip"
    return (
        f"{verdict}  {said.kind} {neutralize(said.external_id)}, {when}, {neutralize(who)}\n"
        f"      {text[:110]}{'…' if len(text) > 110 else ''}\n"
        f"      {neutralize(one.verdict.why)}"
    )

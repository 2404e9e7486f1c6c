"""Import a CSV, XLSX or JSONL file that somebody hands in: a spreadsheet of complaints, an export of reviews.

Columns are recognised by their headers; --map names them where that fails. A row that cannot be read is listed with
its line and the reason, and the others are kept (exit code 1). Importing a file twice changes nothing.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.config import Config, SourceConfig
from kentongan.error import FAILED, UsageError
from kentongan.handed_in import find_import
from kentongan.log import neutralize, set_up_log
from kentongan.output import say, warn
from kentongan.progress import show_progress
from kentongan.start import open_store, start_django

if TYPE_CHECKING:
    from collectors.item import Item
    from collectors.tables.read import RefusedRow


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and how to read it."""
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--map", nargs="+", action="extend", default=[], metavar="COLUMN=FIELD", help="a field, or - to leave it out"
    )
    parser.add_argument("--source", metavar="NAME", help="else import:FILE; the same rows under another name are new")
    parser.add_argument("--preview", action="store_true", help="show how the first rows are read; store nothing")


def run(args: argparse.Namespace) -> int:
    """Store the rows, or show the first of them."""
    args.file.open("rb").close()  # an error that names the file, before anything is done
    mapping = dict(map(_split, args.map))
    if args.preview:
        config = start_django()
        return _preview(args.file, _find_source(args, config, mapping), config)
    config = open_store(make=True)
    set_up_log(config.get_path(config.storage.data_dir), "import", quiet=True)
    return _store(args.file, _find_source(args, config, mapping), config)


def _split(pair: str) -> tuple[str, str]:
    column, equals, field = pair.rpartition("=")
    if not equals or not column:
        raise UsageError(f'--map {pair}: write COLUMN=FIELD, such as "Isi Aduan=text"')
    return column, field


def _find_source(args: argparse.Namespace, config: Config, mapping: dict[str, str]) -> SourceConfig:
    """The import of that name in the configuration, else one that stands in none; --map goes before its own."""
    name = args.source or f"import:{args.file.stem}"
    try:
        return find_import(config, name, mapping, None)
    except ValueError as error:
        raise UsageError(f"{error}; give the file another --source") from error


def _store(path: Path, source: SourceConfig, config: Config) -> int:
    from kentongan.handed_in import store_file
    from pipeline.handed_in import FileCollector

    refused = 0

    def refuse(row: RefusedRow) -> None:
        nonlocal refused
        refused += 1
        _warn_of(path, row)

    with show_progress("import") as advance:
        mapping = getattr(source.options, "map", {})
        outcome = store_file(
            config, source, FileCollector(path=path, mapping=mapping, refuse=refuse, advance=advance)
        )
    if outcome.error:
        warn(neutralize(outcome.error))
    counts = {
        "new": outcome.new,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "ignored": outcome.ignored,
        "refused": refused + outcome.quarantined,
    }
    said = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "no row"
    say(f"{path.name}: {said} (source {source.name})")
    return FAILED if outcome.error or counts["refused"] else 0


def _warn_of(path: Path, row: RefusedRow) -> None:
    warn(neutralize(f"{path.name}, line {row.line}: {row.reason}"))


def _preview(path: Path, source: SourceConfig, config: Config) -> int:
    """How the columns are understood, and the first rows as they would be stored."""
    from collectors.table import preview_table

    preview = preview_table(path, getattr(source.options, "map", {}), source.timezone or config.agency.timezone)
    for column, field in preview.columns.items():
        say(neutralize(f"{column} → {field or 'left out'}"))
    for item in preview.items:
        say(_write_item(item))
    for row in preview.refused:
        _warn_of(path, row)
    say(f"{path.name}: the first {len(preview.items) + len(preview.refused)} rows; nothing was stored")
    return 0


def _write_item(item: Item) -> str:
    when = f"{item.published:%Y-%m-%d %H:%M} UTC" if item.published else "no date"
    who = item.author.name or "nobody named"
    return neutralize(f"{item.kind} {item.external_id}, {when}, {who}: {' '.join(item.text.split())[:80]}")

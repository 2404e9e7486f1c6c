"""What is handed in goes into the store under the configuration's terms and sources: by command, and in the inbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from collectors.item import Item
from collectors.tables.read import RefusedRow

if TYPE_CHECKING:
    from pipeline.handed_in import FileCollector
    from pipeline.outcome import Outcome

from kentongan.assembly import open_means
from kentongan.config import Config, SourceConfig, find_config, load_config, read_source
from kentongan.roster import sync


def store_file(config: Config, source: SourceConfig, collector: FileCollector) -> Outcome:
    """Run the file as a source of its own, which stays in the store when it stands in no configuration."""
    from pipeline.run import Job, run_source

    others = tuple(one for one in config.sources if one.name != source.name)
    ids = sync(config.model_copy(update={"sources": (*others, source)}))
    with open_means(config) as means:
        return run_source(Job(source_id=ids[source.name], spec=config.get_spec(source), collector=collector), means)


class Intake:
    """What people hand in at the inbox (inbox/intake.py); the configuration is read anew each time."""

    def store_file(
        self, path: Path, name: str, channel: str, mapping: Mapping[str, str], refuse: Callable[[RefusedRow], None]
    ) -> Outcome:
        """The rows of a file as a run of the import of this name."""
        from pipeline.handed_in import FileCollector

        config = load_config(find_config())
        source = find_import(config, name, mapping, channel)
        own = getattr(source.options, "map", {})
        return store_file(config, source, FileCollector(path=path, mapping=own, refuse=refuse))

    def store_item(self, item: Item, name: str, channel: str) -> int:
        """What an officer wrote down, as a mention of the source of this name; the source's row."""
        from django.utils import timezone

        from pipeline.handed_in import save_entry
        from pipeline.source import Configured, add_source
        from pipeline.terms import compile_terms

        config, now = load_config(find_config()), timezone.now()
        source = find_import(config, name, {}, None)
        table = Configured(
            name=name, kind="import", url="", channel=source.channel, every=config.get_every(source), enabled=True
        )
        source_id = add_source(table, now)
        spec = replace(config.get_spec(source), channel=channel)
        save_entry(source_id, item, spec, compile_terms(config.terms), now)
        return source_id


def find_import(config: Config, name: str, mapping: Mapping[str, str], channel: str | None) -> SourceConfig:
    """The import of that name in the configuration, else one that stands in none; `mapping` goes before its own.

    ValueError where the name belongs to a source that is polled.
    """
    known = next((source for source in config.sources if source.name == name), None)
    if known is not None and known.kind != "import":
        raise ValueError(f'"{name}" is a {known.kind} source, which is polled')
    shared: dict[str, object] = {} if channel is None else {"channel": channel}
    if known is not None:
        shared = {"channel": known.channel, "keep": known.keep, "timezone": known.timezone}
    own = getattr(known.options, "map", {}) if known is not None else {}
    table = {"keep": "all", **shared, "name": name, "kind": "import", "map": {**own, **mapping}}
    return read_source("kentongan import", table)

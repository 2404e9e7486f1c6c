"""`config.toml` read once into frozen, validated objects. An unknown key stops the start and is named."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from collectors.collector import SourceSpec
from collectors.options import OPTIONS, Options
from kentongan.complaint import complain, complain_about_kind, find_likely
from kentongan.cron import get_longest_gap
from kentongan.error import ConfigError
from kentongan.section import MAX_NAME, Agency, Collecting, Section, SourceConfig, Storage, Term, Web

__all__ = ["Config", "ConfigError", "SourceConfig", "find_config", "load_config", "read_source"]

SECTIONS: dict[str, type[Section]] = {
    "agency": Agency,
    "storage": Storage,
    "collecting": Collecting,
    "web": Web,
    "terms": Term,
    "sources": SourceConfig,
}
REPEATED = {"terms", "sources"}  # [[written with two brackets]]


class Config(Section):
    """The whole configuration."""

    path: Path
    agency: Agency
    storage: Storage = Storage()
    collecting: Collecting = Collecting()
    web: Web = Web()
    terms: tuple[Term, ...] = ()
    sources: tuple[SourceConfig, ...] = ()

    def get_path(self, relative: Path) -> Path:
        """A path of the configuration, resolved against the folder of the configuration file."""
        return (self.path.parent / relative).resolve()

    def get_every(self, source: SourceConfig) -> timedelta:
        """The period in force for a source; with `cron`, the longest time between two of its runs."""
        return source.every or (get_longest_gap(source.cron) if source.cron else self.collecting.every)

    def get_specs(self) -> tuple[SourceSpec, ...]:
        """What the collectors need to know of each enabled, polled source; ConfigError when a secret is missing."""
        return tuple(self.get_spec(source) for source in self.sources if source.enabled and source.polled)

    def get_spec(self, source: SourceConfig) -> SourceSpec:
        """What a collector needs to know of one source, its secret read now; ConfigError when that is missing."""
        return SourceSpec(
            name=source.name,
            kind=source.kind,
            url=source.url,
            channel=source.channel,
            options=source.options,
            zone=source.timezone or self.agency.timezone,
            keep=source.keep,
            full_text=source.full_text,
            comments=source.comments,
            watch_days=source.watch_days,
            token=self._get_token(source),
        )

    def _get_token(self, source: SourceConfig) -> str | None:
        """The secret of a source. What is in it never appears in an error."""
        place = f'{self.path.name}, [[sources]] "{source.name}"'
        token: str | None = None
        if source.token_env:
            token = os.environ.get(source.token_env, "").strip()
            if not token:
                raise ConfigError(f"{place}: the environment variable {source.token_env} (token_env) is not set")
        elif source.token_file:
            path = self.get_path(source.token_file)
            try:
                token = path.read_text(encoding="utf-8").partition("\n")[0].strip()
            except (OSError, UnicodeDecodeError) as error:
                what = getattr(error, "strerror", None) or "it is no text"
                raise ConfigError(f"{place}: token_file {path} cannot be read: {what}") from error
            if not token:
                raise ConfigError(f"{place}: token_file {path} is empty")
        return token


def find_config(explicit: Path | None = None) -> Path:
    """The configuration file: the one named, else $KENTONGAN_CONFIG, else ./config.toml."""
    return explicit or Path(os.environ.get("KENTONGAN_CONFIG") or "config.toml")


def load_config(path: Path) -> Config:
    """Read and validate a configuration file; ConfigError names each thing that is wrong, one line a thing."""
    document = _read_document(path)
    problems = [*_find_foreign_sections(path, document)]
    read: dict[str, Any] = {}
    for name, model in SECTIONS.items():
        if name in REPEATED:
            read[name] = tuple(_read_tables(path, name, model, document.get(name, []), problems))
        elif name in document or name == "agency":
            read[name] = _read_table(f"{path}, [{name}]", model, document.get(name, {}), problems)
    if problems:
        raise ConfigError("\n".join(problems))
    return Config(path=path.absolute(), **read)


def read_source(place: str, table: dict[str, Any]) -> SourceConfig:
    """One `[[sources]]` table that stands in no file; ConfigError begins with `place`."""
    problems: list[str] = []
    source = _read_source(place, table, problems)
    if problems:
        raise ConfigError("\n".join(problems))
    assert isinstance(source, SourceConfig)
    return source


def _read_document(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path}: there is no such file; copy the project's config.toml there and change it, "
            "or name another with --config FILE or $KENTONGAN_CONFIG"
        ) from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not saved as UTF-8 text (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from error


def _find_foreign_sections(path: Path, document: Mapping[str, Any]) -> list[str]:
    problems = []
    for name in document.keys() - SECTIONS.keys():
        likely = find_likely(name, SECTIONS)
        hint = f" (did you mean {_write_section(likely)}?)" if likely else ""
        problems.append(f'{path}: unknown section or key "{name}"{hint}')
    return sorted(problems)


def _write_section(name: str) -> str:
    return f"[[{name}]]" if name in REPEATED else f"[{name}]"


def _read_tables(
    path: Path, section: str, model: type[Section], tables: object, problems: list[str]
) -> list[Section]:
    """Every table of a repeated section; a name that comes twice is a problem."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        problems.append(f"{path}: write [[{section}]] with two brackets, once for each")
        return []
    read: dict[str | int, Section | None] = {}
    for number, table in enumerate(tables, start=1):
        name = table.get("name")
        # What is no name cannot be quoted in a line.
        key = name if isinstance(name, str) and name.isprintable() and 0 < len(name) <= MAX_NAME else number
        place = f"{path}, [[{section}]] " + (f"number {key}" if key == number else f'"{key}"')
        if key in read:
            problems.append(f"{place}: there are two of this name; give each its own")
        read[key] = _read_table(place, model, table, problems)
    return [table for table in read.values() if table is not None]


def _read_table(place: str, model: type[Section], table: object, problems: list[str]) -> Any:
    if not isinstance(table, dict):
        problems.append(f"{place}: a table of keys is expected here")
        return None
    if model is SourceConfig:
        return _read_source(place, table, problems)
    return _validate(place, model, table, problems)


def _read_source(place: str, table: dict[str, Any], problems: list[str]) -> Any:
    """A `[[sources]]` table: what every source has, and its kind's own options gathered under `options`."""
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in OPTIONS:
        problems.append(f"{place}: {complain_about_kind(kind)}")
        return None
    everybody = SourceConfig.model_fields.keys() - {"options"}
    own = {key: value for key, value in table.items() if key not in everybody}
    options = _validate(place, OPTIONS[kind], own, problems, everybody)
    shared = {key: value for key, value in table.items() if key in everybody}
    return _validate(place, SourceConfig, {**shared, "options": options or Options()}, problems)


def _validate(
    place: str, model: type[BaseModel], table: dict[str, Any], problems: list[str], also: Iterable[str] = ()
) -> Any:
    """The validated table, or None and what is wrong with it among the problems."""
    try:
        return model.model_validate(table)
    except ValidationError as error:
        problems += [f"{place}: {sentence}" for sentence in complain(model, error, also)]
    return None

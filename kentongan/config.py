"""`config.toml` read once into frozen, validated objects. An unknown key stops the start and is named."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from collectors.options import OPTIONS, Options, Period


class ConfigError(Exception):
    """The configuration cannot be used; `str()` names the file, the key, the value and what would be right."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    return ZoneInfo(str(value))


class Agency(_Section):
    """`[agency]`: who listens."""

    name: str
    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("Asia/Jakarta")
    language: Literal["id", "en"] = "id"
    contact: str  # an address that site owners can write to; named in the User-Agent


class Storage(_Section):
    """`[storage]`: where everything lives; paths are relative to the configuration file."""

    url: str = "sqlite:///data/kentongan.sqlite3"
    data_dir: Path = Path("data")


class Collecting(_Section):
    """`[collecting]`: how the network is used."""

    every: Period = timedelta(minutes=15)
    threads: int = Field(default=8, ge=1, le=64)
    deadline: Period = timedelta(seconds=30)
    pause: Period = timedelta(seconds=1)  # between two requests to one host; less than 1 s only for allow_hosts
    limit: Period = timedelta(minutes=10)  # a run that takes longer is ended and recorded
    allow_hosts: tuple[str, ...] = ()


class Web(_Section):
    """`[web]`: where the inbox answers."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()


class Term(_Section):
    """`[[terms]]`: one watched name, and its senses that are not ours."""

    name: str
    any: tuple[str, ...]
    none: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    case: bool = False


class SourceConfig(_Section):
    """`[[sources]]`: one place that is polled."""

    name: str
    kind: str
    url: str
    channel: str = "website"
    every: Period | None = None
    cron: str | None = None
    keep: Literal["all", "matching"] = "all"
    full_text: Literal["always", "matched", "never"] = "matched"
    comments: bool = True
    watch_days: int = Field(default=14, ge=0, le=365)
    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] | None = None
    enabled: bool = True
    token_env: str | None = None
    token_file: Path | None = None
    options: Options = Options()


class Config(_Section):
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


def find_config(explicit: Path | None = None) -> Path:
    """The configuration file: the one named, else $KENTONGAN_CONFIG, else ./config.toml."""
    return explicit or Path(os.environ.get("KENTONGAN_CONFIG", "config.toml"))


def load_config(path: Path) -> Config:
    """Read and validate a configuration file; ConfigError says in one sentence what is wrong."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    document["sources"] = [_with_options(table) for table in document.get("sources", [])]
    return Config(path=path.resolve(), **document)


def _with_options(table: Mapping[str, Any]) -> dict[str, Any]:
    """One `[[sources]]` table with its kind's own options gathered under `options`."""
    known = SourceConfig.model_fields.keys() - {"options"}
    own = {key: value for key, value in table.items() if key not in known}
    options = OPTIONS[table["kind"]](**own)
    return {**{key: value for key, value in table.items() if key in known}, "options": options}

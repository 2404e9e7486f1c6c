"""The sections of `config.toml`, key by key: frozen, validated, each with the description the reference prints."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from collectors.options import OPTIONS, Options, Period
from kentongan.cron import check_cron
from kentongan.zone import find_zone
from storage.dialect import describe_database

Zone = Annotated[ZoneInfo, BeforeValidator(find_zone)]
MAX_NAME = 200
Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME, pattern=r"^[^\x00-\x1f\x7f]+$")]
SECOND = timedelta(seconds=1)


def _at_least_a_second(period: timedelta) -> timedelta:
    if period < SECOND:
        raise ValueError('it must be "1s" or more')
    return period


def _at_most_a_minute(period: timedelta) -> timedelta:
    if period > 60 * SECOND:
        raise ValueError('it must be "1m" or less')
    return period


Span = Annotated[Period, AfterValidator(_at_least_a_second)]


class Section(BaseModel):
    """One table of the file; a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Agency(Section):
    """Who listens."""

    name: Name = Field(description="the agency's name, as citizens know it")
    timezone: Zone = Field(
        default=ZoneInfo("Asia/Jakarta"),
        description="the zone of the agency's clock and of `cron` (WIB: Asia/Jakarta)",
    )
    language: Literal["id", "en"] = Field(default="id", description="the language of the pages")
    contact: str = Field(
        min_length=3,
        pattern=r"^[\x21-\x7e]+$",
        description="an address that owners of websites can write to; every request names it (User-Agent)",
    )


def _check_database(url: str) -> str:
    try:
        describe_database(url, Path())
    except ValueError:  # its own words would quote a password
        raise ValueError("write sqlite:///FILE or postgresql://USER@HOST/NAME") from None
    return url


class Storage(Section):
    """Where everything lives. Relative paths start at the folder of the configuration file."""

    url: Annotated[str, AfterValidator(_check_database)] = Field(
        default="sqlite:///data/kentongan.sqlite3",
        description="the database: sqlite:///FILE or postgresql://USER@HOST/NAME",
        repr=False,
    )
    data_dir: Path = Field(default=Path("data"), description="the folder of logs and other files")


def _check_host(host: str) -> str:
    if not re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^\s:/@\[\]]+):\d{1,5}", host):
        raise ValueError('write "host:port", such as "127.0.0.1:8091"')
    return host


class Collecting(Section):
    """How the network is used."""

    every: Span = Field(
        default=timedelta(minutes=15), description="how often a source is polled that says nothing itself"
    )
    threads: int = Field(default=8, ge=1, le=64, description="how many sources are polled at once")
    deadline: Annotated[Span, AfterValidator(_at_most_a_minute)] = Field(
        default=timedelta(seconds=30), description="the longest that one request may take, redirects included"
    )
    pause: Period = Field(
        default=SECOND, description="between two requests to one host; less than 1s holds only for `allow_hosts`"
    )
    limit: Span = Field(default=timedelta(minutes=10), description="a run that takes longer is ended and recorded")
    allow_hosts: tuple[Annotated[str, AfterValidator(_check_host)], ...] = Field(
        default=(), description="addresses inside your own network that may be asked, as host:port"
    )

    @model_validator(mode="after")
    def _pause_is_polite(self) -> Self:
        if self.pause < SECOND and not self.allow_hosts:
            raise ValueError('"pause" is at least "1s" for hosts that are not your own (allow_hosts)')
        return self


def _check_network(named: str) -> str:
    try:
        ip_network(named, strict=False)
    except ValueError:
        raise ValueError('write an address such as "10.0.0.5" or a network such as "10.0.0.0/24"') from None
    return named


def _check_server(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username):
        raise ValueError('write the whole address, such as "https://login.example.go.id/realms/kota"')
    return url


class Web(Section):
    """Where the inbox answers, and how people log in ([people.md](people.md)). Changes need a restart."""

    host: str = Field(default="127.0.0.1", min_length=1, description="the address it listens on")
    port: int = Field(default=8080, ge=0, le=65535, description="the port it listens on; 0: any free one")
    allowed_hosts: tuple[str, ...] = Field(default=(), description="names under which it may be asked")
    trusted_proxies: tuple[Annotated[str, AfterValidator(_check_network)], ...] = Field(
        default=(), description="proxies, as address or network, whose word on address and https is taken"
    )
    threads: int = Field(default=6, ge=2, le=32, description="how many pages are made at once")
    second_factor: Literal["admins", "everybody", "offered"] = Field(
        default="admins", description="who must set up an authenticator app; it is offered to all"
    )
    oidc_server: Annotated[str, AfterValidator(_check_server)] = Field(
        default="", description="the office's own log-in server (OpenID Connect); none: names and passwords only"
    )
    oidc_name: str = Field(default="SSO", max_length=40, description="what its button says")
    oidc_client_id: str = Field(default="", description="the name under which that server knows us")
    oidc_secret_env: Annotated[str, Field(pattern=r"^[A-Z_][A-Z0-9_]*$")] | None = Field(
        default=None, description="NAME of the environment variable that holds the server's secret for us"
    )
    oidc_claim: Literal["email", "preferred_username"] = Field(
        default="preferred_username", description="by which of its statements a person is found among ours"
    )

    @model_validator(mode="after")
    def _server_is_whole(self) -> Self:
        if self.oidc_server and not (self.oidc_client_id and self.oidc_secret_env):
            raise ValueError('"oidc_server" needs "oidc_client_id" and "oidc_secret_env"')
        return self


Words = tuple[Annotated[str, Field(min_length=1, pattern=r"\w")], ...]


class Term(Section):
    """One watched name, and its senses that are not ours. Repeat the table for each name."""

    name: Name = Field(description="what the term is called in lists, searches and exports")
    any: Words = Field(min_length=1, description="words or phrases; each of them alone is a match")
    none: Words = Field(default=(), description="phrases that make a match in them or close to them not ours")
    near: Words = Field(default=(), description="words of which one must occur in the same text")
    case: bool = Field(default=False, description="capital and small letters must agree")


def _check_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise ValueError("no user name or password belongs in an address: use token_env or token_file")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("write the whole address, beginning with https:// or http://")
    return url


class SourceConfig(Section):
    """One place that is polled. Repeat the table for each place."""

    name: Name = Field(description="what the source is called in lists, searches and exports; each name once")
    kind: str = Field(description="what sort of source: " + ", ".join(OPTIONS))
    url: Annotated[str, AfterValidator(_check_url)] = Field(
        default="", description="the address; required, except for kind import"
    )
    channel: Literal["website", "social", "news"] = Field(
        default="website", description="through which sort of medium people speak there"
    )
    every: Span | None = Field(default=None, description="how often it is polled; none: `every` of [collecting]")
    cron: Annotated[str, AfterValidator(check_cron)] | None = Field(
        default=None, description='instead of `every`: minute hour day month weekday, such as "0 7 * * mon-fri"'
    )
    keep: Literal["all", "matching"] = Field(
        default="matching",
        description='keep "all", or only what matches a term; none: "all" on channel website, else "matching"',
    )
    full_text: Literal["always", "matched", "never"] = Field(
        default="matched", description="when the article behind an entry is fetched"
    )
    comments: bool = Field(default=True, description="collect reader comments where this kind has them")
    watch_days: int = Field(
        default=14, ge=0, le=365, description="days that comments under a kept article are watched"
    )
    timezone: Zone | None = Field(default=None, description="of times that name no zone; none: that of [agency]")
    enabled: bool = Field(default=True, description="false: it stays listed and is not polled")
    token_env: Annotated[str, Field(pattern=r"^[A-Z_][A-Z0-9_]*$")] | None = Field(
        default=None, description="NAME of the environment variable that holds the secret"
    )
    token_file: Path | None = Field(default=None, description="file whose first line is the secret")
    options: Options = Field(default=Options(), description="the kind's own options, written beside the others")

    @property
    def polled(self) -> bool:
        """Is this a place that is asked by itself? (An import is handed in.)"""
        return self.kind != "import"

    @model_validator(mode="before")
    @classmethod
    def _keep_all_of_our_own(cls, table: dict[str, Any]) -> dict[str, Any]:
        own = table.get("channel", "website") == "website"
        return {"keep": "all" if own else "matching", **table}

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.polled and not self.url:
            raise ValueError('the key "url" is missing')
        if self.every and self.cron:
            raise ValueError('write "every" or "cron", not both')
        if self.token_env and self.token_file:
            raise ValueError('write "token_env" or "token_file", not both')
        return self

"""`kentongan run` beside sources that misbehave, killed again and again: good sources on time, 0 lost, 0 double."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from time import time

import pytest

from tests.servers.misbehaviour import BAD_FEEDS
from tests.torture.bad_server import get_bad_address
from tests.torture.ledger import Account, Store, account_for, read_polls, write_table
from tests.torture.program import PATIENCE, Program, Sample, serving
from tests.torture.town import Good, make_town

MINUTES = int(os.environ.get("KENTONGAN_TORTURE_MINUTES", "60"))
SEED = int(os.environ.get("KENTONGAN_TORTURE_SEED", "0"))  # of the moments of the kills
MOST = 350.0  # MiB of the program and its children: 200 in peace, and what trouble may add

CONFIG = """
[agency]
name = "Dinas Uji"
contact = "humas@dinas.test"
[storage]
url = "sqlite:///store.sqlite3"
data_dir = "data"
[collecting]
every = "{period:.0f}s"
deadline = "{deadline:.0f}s"
limit = "1m"
threads = 8
pause = "100ms"
allow_hosts = [{hosts}]
"""
SOURCE = """
[[sources]]
name = "{name}"
kind = "{kind}"
url = "{url}"
keep = "all"
"""
FEED = 'comments = false\nfull_text = "never"\n'
WORDPRESS = 'overlap = "{overlap:.0f}s"\nsweep_every = "{sweep:.0f}s"\n'
ISSO = 'threads = ["/buku-tamu"]\nsweep_every = "{sweep:.0f}s"\n'


@dataclass(frozen=True, kw_only=True)
class Ordeal:
    """How long, how often and beside how many."""

    kills: int
    between: float  # seconds from one kill to the next, on average
    period: float  # seconds from one poll of a source to the next
    deadline: float
    bad: int
    good: int = 20
    paths: tuple[str, ...] = BAD_FEEDS  # how the bad ones misbehave, by turns
    seed: int = 0

    def get_kills(self) -> list[float]:
        """Seconds from the start: one at a random moment of each span, not before the one before it is done."""
        chance = Random(self.seed)
        return [(number + chance.uniform(0.1, 0.9)) * self.between for number in range(self.kills)]

    @property
    def seconds(self) -> float:
        return self.kills * self.between + 3 * self.period  # the last word is a sweep's


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What is left when it is over."""

    accounts: list[Account]
    damage: list[str]
    unclear: list[str]
    code: int
    took: float
    table: str


def test_good_sources_are_on_time_and_whole_beside_bad_ones_and_kills(tmp_path: Path) -> None:
    program = Program(config=tmp_path / "config.toml", output=tmp_path / "output.txt")
    ending = endure(Ordeal(kills=3, between=14, period=7, deadline=2, bad=len(BAD_FEEDS)), program, tmp_path)
    print(ending.table)
    check(ending, program)


@pytest.mark.torture
def test_an_hour_of_trouble_and_kills_loses_doubles_and_delays_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ordeal = Ordeal(kills=MINUTES - 1, between=60, period=20, deadline=5, bad=len(BAD_FEEDS), seed=SEED)
    endure_and_show(ordeal, tmp_path, capsys)


@pytest.mark.torture
def test_hundreds_of_bad_sources_do_not_delay_three_good_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    between = max(60.0, min(MINUTES, 15) * 60 / 2 - 90)
    ordeal = Ordeal(kills=2, between=between, period=60, deadline=10, bad=300, good=3, seed=SEED)
    endure_and_show(ordeal, tmp_path, capsys)


def endure_and_show(ordeal: Ordeal, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = Program(config=folder / "config.toml", output=folder / "output.txt")
    ending = endure(ordeal, program, folder)
    with capsys.disabled():
        print(f"\n{ending.table}\n{write_memory(program.samples)}")
    check(ending, program)


def check(ending: Ending, program: Program) -> None:
    assert ending.damage == []
    assert [fault for account in ending.accounts for fault in account.faults] == []
    assert ending.unclear == []
    assert program.orphans == []
    assert ending.code == 0
    assert ending.took < PATIENCE
    assert all(account.published > 5 and account.revisions for account in ending.accounts)
    assert all(account.gone for account in ending.accounts if account.good.shows_deletions)
    output = program.output.read_text()
    assert "internal error" not in output
    assert "Traceback" not in output
    assert max(sample.pss for sample in program.samples) < MOST


def endure(ordeal: Ordeal, program: Program, folder: Path) -> Ending:
    """Run it, kill it, stop it, and take stock."""
    town = make_town(time(), ordeal.period, ordeal.good)
    for address in (town[-1].address, get_bad_address(ordeal.bad - 1)):
        skip_without(address)
    log = folder / "requests.jsonl"
    with (
        serving("tests.torture.good_server", town[0].start, ordeal.period, ordeal.good, log) as good_port,
        serving("tests.torture.bad_server", ordeal.bad) as bad_port,
    ):
        program.config.write_text(write_config(ordeal, town, good_port, bad_port))
        program.start()
        try:
            drive(ordeal, program)
            span = program.began, time()
            code, took = program.stop()
        finally:
            program.kill()
    return take_stock(folder, town, program, span, code=code, took=took)


def drive(ordeal: Ordeal, program: Program) -> None:
    """Kill it at each of its moments, until the time is over."""
    began, pause, kills = time(), threading.Event(), ordeal.get_kills()
    while (passed := time() - began) < ordeal.seconds:
        if kills and kills[0] <= passed:
            program.fall()
            kills.pop(0)
        else:
            program.look()
            pause.wait(min(1.0, kills[0] - passed) if kills else 1.0)


def take_stock(
    folder: Path, town: list[Good], program: Program, span: tuple[float, float], *, code: int, took: float
) -> Ending:
    import sqlite3

    polls = read_polls(folder / "requests.jsonl", town[0].period)
    with closing(sqlite3.connect(folder / "store.sqlite3")) as connection:
        store = Store(connection)
        accounts = [account_for(good, store, polls[good.name], program.falls, span) for good in town]
        return Ending(
            accounts=accounts,
            damage=store.find_damage(),
            unclear=store.find_unclear("bad-"),
            code=code,
            took=took,
            table=write_report(accounts, store, program, took),
        )


def write_config(ordeal: Ordeal, town: list[Good], good_port: int, bad_port: int) -> str:
    bad = range(ordeal.bad)
    places = [f"{good.address}:{good_port}" for good in town] + [f"{get_bad_address(one)}:{bad_port}" for one in bad]
    hosts = ", ".join(f'"{place}"' for place in places)
    tables = [CONFIG.format(period=ordeal.period, deadline=ordeal.deadline, hosts=hosts)]
    for good in town:
        kind = good.kind if good.shows_deletions else "feed"
        origin = f"http://{good.address}:{good_port}"
        url = f"{origin}/wp-json/" if kind == "wordpress" else f"{origin}/"
        options = {"wordpress": WORDPRESS, "isso": ISSO}.get(kind, FEED)
        tables.append(SOURCE.format(name=good.name, kind=kind, url=url))
        tables.append(options.format(overlap=6 * ordeal.period, sweep=2 * ordeal.period))
    for number in bad:
        path = ordeal.paths[number % len(ordeal.paths)]
        name = f"bad-{number:03}{path.replace('/', '-')}"
        tables.append(SOURCE.format(name=name, kind="feed", url=f"http://{get_bad_address(number)}:{bad_port}{path}"))
    return "".join(tables)


def write_report(accounts: list[Account], store: Store, program: Program, took: float) -> str:
    head = (
        "source",
        "polls",
        "largest gap",
        "of successes",
        "published",
        "stored",
        "revisions",
        "gone",
        "lost",
        "double",
        "late",
    )
    rows = [account.row for account in accounts]
    restarts = [fall.seconds for fall in program.falls] or [0.0]
    good, bad = (dict(store.count_runs(prefix)) for prefix in ("good-", "bad-"))
    lines = [
        write_table([head, *rows]),
        f"kills {len(program.falls)}; restart median {median(restarts):.1f} s, longest {max(restarts):.1f} s",
        f"SIGTERM took {took:.1f} s",
        f"runs of good sources {good}",
        f"runs of bad sources {bad}",
    ]
    return "\n".join(lines)


def write_memory(samples: list[Sample]) -> str:
    """One line for each minute: the most that the program and its children took in it."""
    minutes: dict[int, list[Sample]] = {}
    for sample in samples:
        minutes.setdefault(int((sample.at - samples[0].at) // 60), []).append(sample)
    head = ("minute", "processes", "RSS MiB", "PSS MiB")
    rows = [
        (minute, max(s.processes for s in found), max(s.rss for s in found), max(s.pss for s in found))
        for minute, found in minutes.items()
    ]
    return write_table([head, *rows])


def skip_without(address: str) -> None:
    """Linux answers on every address of 127.0.0.0/8 by itself; other systems do not."""
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError as error:
            pytest.skip(f"{address} cannot be bound here: {error}")

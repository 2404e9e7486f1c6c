"""Schedulers as real processes on one database: started together, halted, killed, stopped, told something new."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from pipeline.source import pause_source, resume_source
from storage.models import Lease, Mention, Run, Source

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = 3600
PATIENCE = 20.0  # seconds until something that must happen has failed to happen


class Process:
    """A scheduler; what it prints is read as it comes."""

    def __init__(self, plan: Path, lease_seconds: float) -> None:
        environment = os.environ | {"KENTONGAN_TEST_DATABASE": str(connection.settings_dict["NAME"])}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.scheduler_process", str(plan), str(lease_seconds)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=Path(__file__).parent.parent,
        )
        self.said: list[str] = []
        self.began: list[str] = []
        self.outcomes: list[dict[str, Any]] = []
        self._readers = [
            threading.Thread(target=self._read_outcomes, daemon=True),
            threading.Thread(target=self._read_log, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def leads(self) -> bool:
        """Is it the one that schedules, as its log says?"""
        return any(line.startswith("scheduling ") for line in self.said)

    def says(self, words: str) -> bool:
        return any(words in line for line in self.said)

    def send(self, number: int) -> None:
        self.process.send_signal(number)

    def end(self) -> int:
        """End it for good; its exit code."""
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        code = self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return code

    def _read_outcomes(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout:
            for line in self.process.stdout:
                record = json.loads(line)
                if "began" in record:
                    self.began.append(record["began"])
                else:
                    self.outcomes.append(record)

    def _read_log(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr:
            for line in self.process.stderr:
                self.said.append(line.rstrip())


Start = Callable[..., Process]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return tmp_path / "plan.json"


@pytest.fixture
def start(plan: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def start(lease_seconds: float = 3.0) -> Process:
            process = Process(plan, lease_seconds)
            stack.callback(process.process.wait)
            stack.callback(process.process.kill)
            stack.callback(process.process.send_signal, signal.SIGCONT)
            return process

        yield start


def write(plan: Path, threads: int = 4, **sources: dict[str, Any]) -> None:
    waiting = plan.with_suffix(".part")
    waiting.write_text(json.dumps({"sources": sources, "threads": threads}), encoding="utf-8")
    waiting.replace(plan)


def until(happened: Callable[[], object], what: str) -> None:
    """Wait for something that must happen."""
    over = monotonic() + PATIENCE
    pause = threading.Event()
    while not happened():
        assert monotonic() < over, what
        pause.wait(0.05)


def count_runs(name: str) -> int:
    return Run.objects.filter(source__name=name).count()


def test_of_three_schedulers_started_at_once_each_due_run_is_run_once(plan: Path, start: Start) -> None:
    names = [f"s{number}" for number in range(12)]
    hourly: dict[str, Any] = {name: {"every": HOUR} for name in names}
    write(plan, **hourly, quick={"every": 1})
    processes = [start() for _ in range(3)]
    until(lambda: count_runs("quick") >= 4, "the quick source is polled every second")
    assert sum(process.leads for process in processes) == 1
    codes = [process.end() for process in processes]
    assert {name: count_runs(name) for name in names} == dict.fromkeys(names, 1)
    assert sorted(name for process in processes for name in process.began if name != "quick") == sorted(names)
    starts = sorted(Run.objects.filter(source__name="quick").values_list("started", flat=True))
    assert all(later - earlier > timedelta(seconds=0.3) for earlier, later in pairwise(starts))
    assert Mention.objects.count() == Run.objects.filter(outcome="ok").count()
    assert codes == [0, 0, 0]


def test_a_halted_scheduler_is_replaced_and_what_it_wrote_later_is_refused(plan: Path, start: Start) -> None:
    write(plan, slow={"every": HOUR, "seconds": 1.0})
    first = start(lease_seconds=2.0)
    until(lambda: first.began, "the first process runs the source")
    first.send(signal.SIGSTOP)
    second = start(lease_seconds=2.0)
    until(lambda: any(outcome["outcome"] == "ok" for outcome in second.outcomes), "the second process takes over")
    first.send(signal.SIGCONT)
    until(lambda: first.outcomes, "the first process ends its run")
    until(lambda: first.says("another process schedules"), "the first process waits")
    assert first.outcomes[0]["outcome"] == "failed"
    assert "another process took over" in first.outcomes[0]["error"]
    assert Mention.objects.count() == 1
    assert str(second.process.pid) in Mention.objects.get().external_id


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the processes of others")
def test_a_killed_scheduler_is_replaced_at_once_and_its_run_is_begun_again(plan: Path, start: Start) -> None:
    write(plan, slow={"every": HOUR, "seconds": 60})
    first = start(lease_seconds=600.0)
    until(lambda: first.began, "the first process runs the source")
    second = start(lease_seconds=600.0)
    until(lambda: second.says("another process schedules"), "the second process waits")
    write(plan, slow={"every": HOUR})
    first.process.kill()
    first.process.wait()
    until(lambda: second.outcomes, "the second process takes over although the lease has not run out")
    assert Mention.objects.count() == 1
    # The killed run had stored nothing, so there is nothing to say of it.
    assert list(Run.objects.order_by("id").values_list("outcome", flat=True)) == ["ok"]


def test_a_request_to_end_lets_runs_finish_and_the_process_ends_with_0(plan: Path, start: Start) -> None:
    write(plan, slow={"every": 1, "seconds": 1.5}, other={"every": HOUR})
    process = start()
    until(lambda: process.began.count("slow") == 1 and count_runs("other"), "both were begun")
    asked = monotonic()
    assert process.end() == 0
    assert monotonic() - asked < 15
    assert [run.outcome for run in Run.objects.all()] == ["ok", "ok"]
    assert Mention.objects.count() == 2
    assert not Lease.objects.filter(expires__gt=timezone.now()).exists()


def test_a_pause_and_a_resumption_take_effect_without_a_restart(plan: Path, start: Start) -> None:
    write(plan, a={"every": 0.4}, b={"every": 0.4})
    start()
    until(lambda: count_runs("a") >= 2, "a is polled")
    row = Source.objects.get(name="a")
    pause_source(row.pk, "for a test")
    until(lambda: (count := count_runs("b")) and count >= 4, "b goes on")
    paused_at, b_at = count_runs("a"), count_runs("b")
    until(lambda: count_runs("b") >= b_at + 4, "b goes on")
    assert count_runs("a") - paused_at <= 1
    resume_source(row.pk)
    resumed_at = count_runs("a")
    until(lambda: count_runs("a") >= resumed_at + 2, "a is polled again")


def test_a_changed_configuration_takes_effect_and_a_wrong_one_does_not(plan: Path, start: Start) -> None:
    write(plan, a={"every": 0.4})
    process = start()
    until(lambda: count_runs("a"), "a is polled")
    write(plan, a={"every": HOUR}, b={"every": 0.4})
    until(lambda: count_runs("b"), "b is polled")
    a_at = count_runs("a")
    plan.write_text("{half", encoding="utf-8")
    until(lambda: process.says("what was in force before stays in force"), "the mistake is said")
    b_at = count_runs("b")
    until(lambda: count_runs("b") >= b_at + 3, "b goes on")
    assert count_runs("a") == a_at
    assert sum("stays in force" in line for line in process.said) == 1
    write(plan, a={"every": 0.4})
    until(lambda: count_runs("a") > a_at, "a is polled again")
    until(lambda: not Source.objects.get(name="b").configured, "b stands in the configuration no more")


def test_what_is_overdue_runs_once_and_what_is_not_waits(plan: Path, start: Start) -> None:
    now = datetime.now(UTC)
    last_runs = {"down": now - timedelta(hours=6), "fresh": now - timedelta(minutes=5)}
    for name, last_run in last_runs.items():
        Source.objects.create(
            name=name, kind="feed", channel="website", url="https://x.test/", every=timedelta(hours=1),
            added=now, last_run=last_run, last_success=last_run,
        )  # fmt: skip
    write(plan, down={"every": HOUR}, fresh={"every": HOUR}, quick={"every": 0.5})
    start()
    until(lambda: count_runs("quick") >= 4, "the quick source is polled")
    assert (count_runs("down"), count_runs("fresh")) == (1, 0)


def test_a_source_without_success_for_three_periods_is_said_to_be_silent(plan: Path, start: Start) -> None:
    write(plan, slow={"every": 0.3, "seconds": 2.0})
    process = start()
    until(lambda: process.says("slow: silent since "), "the silence is said")
    write(plan, slow={"every": HOUR, "seconds": 0.0})
    until(lambda: process.says("slow: is silent no more"), "the end of the silence is said")
    assert sum("silent since" in line for line in process.said) == 1


def test_sources_that_fail_slowly_do_not_make_a_good_one_late(plan: Path, start: Start) -> None:
    bad: dict[str, Any] = {f"bad{number}": {"every": 0.5, "seconds": 0.5, "fails": True} for number in range(6)}
    write(plan, threads=2, good={"every": 0.5}, **bad)
    start()
    until(lambda: all(count_runs(name) >= 2 for name in bad), "every bad source has failed twice")
    at = timezone.now()
    until(lambda: Run.objects.filter(source__name="good", started__gt=at).count() >= 8, "the good one goes on")
    # In one queue each source would have its turn as often as every other.
    assert max(Run.objects.filter(source__name=name, started__gt=at).count() for name in bad) <= 4


def test_sources_that_nobody_knows_yet_hold_up_a_good_one_no_longer_than_they_must(plan: Path, start: Start) -> None:
    bad: dict[str, Any] = {f"bad{number}": {"every": HOUR, "seconds": 6.0, "fails": True} for number in range(3)}
    write(plan, threads=2, good={"every": HOUR}, **bad)
    began, process = timezone.now(), start()
    until(lambda: count_runs("good") == 1, "the good one is polled")
    # One after the other would be 18 s.
    assert Run.objects.get(source__name="good").started - began < timedelta(seconds=9)
    assert process.began.index("good") == len(bad)
    assert not process.says("is skipped")


def test_after_a_restart_it_is_known_who_was_in_trouble(plan: Path, start: Start) -> None:
    bad: dict[str, Any] = {f"bad{number}": {"every": HOUR, "seconds": 6.0, "fails": True} for number in range(8)}
    made = {"kind": "feed", "every": timedelta(hours=1), "added": timezone.now()}
    Source.objects.bulk_create(Source(name=name, failures=2, **made) for name in bad)
    write(plan, threads=2, good={"every": HOUR}, **bad)
    began = timezone.now()
    start()
    until(lambda: count_runs("good") == 1, "the good one is polled")
    # Behind the eight it would come after four have ended.
    assert Run.objects.get(source__name="good").started - began < timedelta(seconds=6)

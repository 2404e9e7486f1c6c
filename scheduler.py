"""When things run: one APScheduler job a source, in the one process that holds the scheduler's lease.

What a run does stands in pipeline/run.py; what is to run, and when, is handed in as a Plan.
"""

from __future__ import annotations

if __name__ == "__main__":
    # `python scheduler.py` is `kentongan run`; what is imported below needs Django to be ready.
    from kentongan.cli import main

    raise SystemExit(main(["run"]))

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from secrets import SystemRandom
from time import monotonic
from types import TracebackType

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, JobExecutionEvent, JobSubmissionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job as APJob
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from django.db import close_old_connections

from collectors.fetcher import Fetcher
from collectors.sandbox import Sandbox
from pipeline.bug import describe_bug
from pipeline.holds import StoredHolds
from pipeline.lane import Lane
from pipeline.outcome import Outcome
from pipeline.plan import Plan, Planned, Plans
from pipeline.run import STORE_ERRORS, Job, Means, is_elsewhere, run_source, tell_store_error
from pipeline.silence import SilenceLog
from pipeline.source import find_paused, get_failures, get_last_runs, prune_runs, sync_sources, take_wanted
from pipeline.story import prune_stories
from pipeline.turn import SECONDS, Turns
from storage.connection import KeptConnections
from storage.error import VanishedError
from storage.ignored import prune_ignored
from storage.record import Fence
from storage.schema import check_same_file, identify_file

LOGGER = logging.getLogger("kentongan.scheduler")
logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # it would log an error's text; _hear says what counts
LEASE = "scheduler"
HOUSEKEEPING = "\0housekeeping"  # no source has such a name
WAITING = "another process schedules; this one waits to take over"
JITTER = 0.1  # of a period, at most MAX_JITTER: sources of one period do not stay in step
MAX_JITTER = timedelta(minutes=1)
CLOCK_JUMP = 30.0  # seconds between the wall's clock and the monotonic one that call for a new timetable
STRIKES, LONG = 2, 60.0  # so many runs in a row that failed, or took more than so many seconds
FINISH, END = 6.0, 5.0  # seconds that runs are given when the program stops: to finish, then to be ended
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


class Periodic(BaseTrigger):  # type: ignore[misc]
    """Every so often, give or take a little; what was missed is made up for once (J2, S10).

    APScheduler's own IntervalTrigger steps through all missed times one by one, which after a jump of the clock
    from 1970 is millions.
    """

    def __init__(self, every: timedelta) -> None:
        self.every = every

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """The next time, always after now but for the very first."""
        if previous is None:
            return now
        jitter = min(self.every * JITTER, MAX_JITTER) * SystemRandom().uniform(-1, 1)
        following: datetime = previous + self.every + jitter
        return following if following > now else now + self.every + jitter


class WallClock(BaseTrigger):  # type: ignore[misc]
    """A cron line by the clock on the agency's wall: a daily line runs once on the days that skip or repeat an hour.

    APScheduler's CronTrigger runs twice where an hour comes twice.
    """

    def __init__(self, line: str, zone: tzinfo) -> None:
        self.zone = zone
        self.line = CronTrigger.from_crontab(line, timezone=UTC)  # of the wall's digits, as if they were UTC

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The next time after both."""
        after = now if previous is None else max(now, previous + SECOND)
        wall = after.astimezone(self.zone).replace(tzinfo=UTC, fold=0)
        while (wall := self.line.get_next_fire_time(None, wall)) is not None:
            at: datetime = wall.replace(tzinfo=self.zone).astimezone(UTC)
            if at >= after:
                return at
            wall += SECOND  # the hour comes a second time: its first coming counted
        return None


def make_trigger(planned: Planned, zone: tzinfo) -> BaseTrigger:
    """When a source is polled. A line that names no hour is meant for every hour that passes, also a repeated one."""
    if planned.cron is None:
        return Periodic(planned.every)
    if planned.cron.split()[1].startswith("*"):
        return CronTrigger.from_crontab(planned.cron, timezone=zone)
    return WallClock(planned.cron, zone)


def get_first_time(planned: Planned, last_run: datetime | None, now: datetime, zone: tzinfo) -> datetime:
    """When a source is polled next: at once when it never was or is overdue, however many turns it missed."""
    if last_run is None:
        return now
    if planned.cron is None:
        return min(max(now, last_run + planned.every), now + planned.every)
    # A last run in the future is left from before the clock was set back.
    due = make_trigger(planned, zone).get_next_fire_time(None, min(last_run, now) + SECOND)
    return now if due is None else max(now, due)


class LaneExecutor(ThreadPoolExecutor):  # type: ignore[misc]
    """APScheduler's pool of threads, entered through a lane."""

    def __init__(self, lane: Lane) -> None:
        super().__init__(lane.most)
        self.lane = lane

    def shutdown(self, wait: bool = True) -> None:
        self.lane.close()
        super().shutdown(wait)

    def _do_submit_job(self, job: APJob, run_times: list[datetime]) -> None:
        begin = super()._do_submit_job

        def enter() -> None:
            with suppress(RuntimeError):  # the program is stopping
                begin(job, run_times)

        self.lane.come(job.id, enter)

    def _run_job_success(self, job_id: str, events: list[JobExecutionEvent]) -> None:
        super()._run_job_success(job_id, events)
        self.lane.leave(job_id)

    def _run_job_error(self, job_id: str, exc: BaseException, traceback: TracebackType | None = None) -> None:
        super()._run_job_error(job_id, exc, traceback)
        self.lane.leave(job_id)


class Scheduler:
    """Runs what the plan says, as long as this process holds the lease; else it waits to take over."""

    def __init__(
        self,
        plans: Plans,
        tell: Callable[[Outcome], None],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        lease_seconds: float = SECONDS,
        tick: float = 1.0,
        look_for_silence: float = 60.0,
    ) -> None:
        self.stopping = threading.Event()
        self._plans, self._tell, self._now = plans, tell, now
        self._tick, self._silence_every = tick, look_for_silence
        self._turns = Turns(now, lease_seconds)
        self._silence = SilenceLog()
        self._trouble = ""

    def run(self) -> bool:
        """Work until `stopping` is set; False when a run could not be ended in time and the process must end it.

        VanishedError when the database is another file than at the beginning.
        """
        clean, file = True, identify_file()
        try:
            while not self.stopping.is_set():
                try:
                    with self._turns.take(LEASE) as fence:
                        self._say_trouble("" if fence else WAITING)
                        clean = fence is None or self._lead(fence, file)
                except VanishedError:
                    raise
                except STORE_ERRORS as error:
                    self._say_trouble(tell_store_error(error))
                    close_old_connections()
                self.stopping.wait(self._tick)
        finally:
            self._turns.close()
        return clean

    def _lead(self, fence: Fence, file: tuple[int, int] | None) -> bool:
        """Schedule until the end or until the lease is lost."""
        self._plans.reread()
        LOGGER.info("scheduling %d sources", len(self._plans.now.sources))
        lead = _Lead(self._plans.now, self._turns, fence, self._tell, self._now)
        next_silence = monotonic() + self._silence_every
        try:
            lead.start()
            while not self.stopping.wait(self._tick) and self._turns.holds(fence):
                if self._plans.reread():
                    lead.follow(self._plans.now)
                check_same_file(file)
                lead.adjust()
                if monotonic() >= next_silence:
                    next_silence = monotonic() + self._silence_every
                    self._silence.look(self._now())
        finally:
            clean = lead.stop()
        return clean

    def _say_trouble(self, what: str) -> None:
        if what and what != self._trouble:
            LOGGER.warning("%s", what)
        self._trouble = what


class _Lead:
    """The timetable of one leadership: APScheduler's jobs, kept in step with the plan and the rows."""

    def __init__(
        self, plan: Plan, turns: Turns, fence: Fence, tell: Callable[[Outcome], None], now: Callable[[], datetime]
    ) -> None:
        self._tell, self._now, self._fence, self._turns = tell, now, fence, turns
        self._fetchers = {plan.fetching: Fetcher(plan.fetching, StoredHolds(), now)}
        self._means = Means(
            fetcher=self._fetchers[plan.fetching],
            sandbox=Sandbox(),
            terms=plan.terms,
            turns=turns,
            limit=plan.limit,
            now=now,
            fence=fence,
        )
        self._plan = plan
        self._planned = {planned.spec.name: planned for planned in plan.sources}
        self._ids: dict[str, int] = {}
        self._jobs: dict[str, object] = {}  # what has a job, and what it was made of
        self._lanes: dict[str, Lane] = {}
        self._strikes: dict[str, int] = {}  # runs in a row that failed or took long
        self._elsewhere: set[str] = set()  # what another process had when its turn came
        self._running = 0
        self._connections = KeptConnections(plan.threads)
        self._changed = threading.Condition()
        self._clock = now().timestamp() - monotonic()
        self._scheduler = BackgroundScheduler(timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1})
        self._scheduler.add_listener(self._hear, EVENT_JOB_ERROR | EVENT_JOB_MAX_INSTANCES)

    def start(self) -> None:
        """Begin; what is overdue runs at once."""
        self._strikes = get_failures()
        self._use_threads()
        self._ids = sync_sources(self._plan.tables, self._now())
        self._scheduler.add_job(
            self._tidy, Periodic(DAY), next_run_time=self._now() + DAY / 24, misfire_grace_time=None, id=HOUSEKEEPING
        )
        self._scheduler.start()
        self.adjust()

    def follow(self, plan: Plan) -> None:
        """Another plan from now on; runs that have begun end as they began."""
        self._plan = plan
        self._planned = {planned.spec.name: planned for planned in plan.sources}
        fetcher = self._fetchers.get(plan.fetching) or Fetcher(plan.fetching, StoredHolds(), self._now)
        self._fetchers[plan.fetching] = fetcher
        self._means = replace(self._means, fetcher=fetcher, terms=plan.terms, limit=plan.limit)
        self._ids = sync_sources(plan.tables, self._now())
        self._use_threads()

    def adjust(self) -> None:
        """Jobs for exactly the sources that are to be polled now; all anew when the clock was set."""
        clock = self._now().timestamp() - monotonic()
        if abs(clock - self._clock) > CLOCK_JUMP:
            LOGGER.warning("the clock was set by %+.0f s; the timetable is made anew", clock - self._clock)
            self._jobs = dict.fromkeys(self._jobs)
        self._clock = clock
        for lane in self._lanes.values():
            lane.move()
        paused = find_paused()
        wanted = {name: planned for name, planned in self._planned.items() if name not in paused}
        for name in self._jobs.keys() - wanted.keys():
            self._scheduler.remove_job(name)
            del self._jobs[name]
        changed = [planned for name, planned in wanted.items() if self._jobs.get(name) != self._get_make(planned)]
        if changed:
            self._add(changed)
        for name in take_wanted():
            if name in self._jobs:
                self._put_off(name, self._now())

    def _add(self, changed: list[Planned]) -> None:
        last_runs, now, zone = get_last_runs(), self._now(), self._plan.zone
        for planned in changed:
            name = planned.spec.name
            self._scheduler.add_job(
                self._run,
                make_trigger(planned, zone),
                args=(name,),
                id=name,
                next_run_time=get_first_time(planned, last_runs.get(name), now, zone),
                executor=self._get_pool(name),
                misfire_grace_time=None,  # late is run, never dropped
                replace_existing=True,
            )
            self._jobs[name] = self._get_make(planned)

    def _get_make(self, planned: Planned) -> object:
        """What a job is made of; all else is looked up when it runs."""
        return planned.every, planned.cron, self._plan.zone, self._get_pool(planned.spec.name)

    def _get_pool(self, name: str) -> str:
        """Where it runs: what fails or takes long has few threads of its own, so that all others are on time."""
        lane = "troubled" if self._strikes.get(name, 0) >= STRIKES else "main"
        return f"{lane}-{self._plan.threads}"

    def _use_threads(self) -> None:
        """Pools of the planned size; those of another size end with the process, their runs go on."""
        few = max(1, self._plan.threads // 4)
        for lane, size in (("main", max(1, self._plan.threads - few)), ("troubled", few)):
            name = f"{lane}-{self._plan.threads}"
            if name not in self._lanes:
                self._lanes[name] = Lane(size)
                self._scheduler.add_executor(LaneExecutor(self._lanes[name]), name)

    def _run(self, name: str) -> None:
        planned, means = self._planned.get(name), self._means
        if planned is None or means.stopping.is_set() or not self._turns.holds(self._fence):
            return
        with self._changed:
            self._running += 1
        try:
            close_old_connections()
            if name not in self._elsewhere or self._is_due(planned):
                self._run_now(planned, means)
        finally:
            self._connections.give_back()
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _run_now(self, planned: Planned, means: Means) -> None:
        name = planned.spec.name
        outcome = run_source(Job(source_id=self._ids[name], spec=planned.spec, collector=planned.collector), means)
        if is_elsewhere(outcome) and name not in self._elsewhere:
            # Whoever has it may have died in it. Look again when a lease without a holder has run out.
            self._elsewhere.add(name)
            self._put_off(name, self._now() + timedelta(seconds=self._turns.seconds))
            return
        self._elsewhere.discard(name)
        troubled = outcome.outcome in {"failed", "partial"} or outcome.seconds > LONG
        self._strikes[name] = self._strikes.get(name, 0) + 1 if troubled else 0
        self._tell(outcome)

    def _put_off(self, name: str, until: datetime) -> None:
        with suppress(JobLookupError):  # it was paused meanwhile
            self._scheduler.modify_job(name, next_run_time=until)

    def _is_due(self, planned: Planned) -> bool:
        """Is a source that another process had still to be polled? Else its job is put back in step."""
        name, now = planned.spec.name, self._now()
        first = get_first_time(planned, get_last_runs().get(name), now, self._plan.zone)
        if first > now:
            self._elsewhere.discard(name)
            self._put_off(name, first)
        return first <= now

    def _tidy(self) -> None:
        close_old_connections()
        now = self._now()
        prune_stories(now)
        prune_ignored(now)
        LOGGER.info("housekeeping: %d old runs forgotten", prune_runs(now))

    def _hear(self, event: JobExecutionEvent | JobSubmissionEvent) -> None:
        if event.code == EVENT_JOB_ERROR:
            LOGGER.error("%s: %s", event.job_id.strip("\0"), describe_bug(event.exception))
        elif not any(lane.has(event.job_id) for lane in self._lanes.values()):  # else the run to come is this turn's
            LOGGER.warning("%s: still at its last run; this turn is skipped", event.job_id)

    def stop(self) -> bool:
        """Begin nothing more, let runs finish or end them; False when one does not end."""
        self._means.stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        ended = self._wait(FINISH)
        for fetcher in self._fetchers.values():
            fetcher.close()
        self._means.sandbox.close()
        return ended or self._wait(END)

    def _wait(self, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: not self._running, seconds)

"""The one door to the network: every request of every collector goes through `Visit.get`.

Where it may go stands in address.py and wire.py, how we behave in politeness.py and robots.py, when we stop
in deadline.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from time import monotonic

from collectors.collector import FetchError, GoneError, HeldError, OverrunError
from collectors.network.address import PORTS, AddressError, Target, parse_target
from collectors.network.deadline import Watch, Watchdog
from collectors.network.exchange import MAX_ERROR_BODY, Answer, ExchangeError, send
from collectors.network.headers import get_agent, make_headers
from collectors.network.politeness import Holds, Host, Hosts, MemoryHolds
from collectors.network.robots import KEPT, MAX_ROBOTS, RETRY, Robots, Rules, parse_robots
from collectors.network.wire import Guard, Resolve, make_session, resolve
from collectors.site import join_address

MAX_HOPS = 5
MAX_DEADLINE = timedelta(seconds=60)
MIN_PAUSE = timedelta(seconds=1)


def _get_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchSettings:
    """How the network is used, as `[agency]` and `[collecting]` say."""

    contact: str  # an address that site owners can write to
    deadline: timedelta = timedelta(seconds=30)  # for one get(), over everything it does
    pause: timedelta = timedelta(seconds=1)  # between two requests to one host
    allow_hosts: tuple[str, ...] = ()  # host:port that may be inside, and may be asked without a pause
    ports: frozenset[int] = PORTS  # on the open internet


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """A complete answer."""

    url: str  # where it came from, after all redirects
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes  # unpacked
    digest: str  # of the body: equal digests are equal bodies
    moved: str | None = None  # the new address, after a permanent redirect


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ask:
    """What one get() asks for."""

    headers: dict[str, str]
    robots: bool = False
    conditional: bool = False
    statuses: Collection[int] = ()
    cut: int | None = None


@dataclass(kw_only=True, slots=True)
class _Journey:
    """How far one get() has come."""

    ask: _Ask
    watch: Watch | None = None  # started with the first request, then over all hops
    seen: set[str] = field(default_factory=set)
    lasting: bool = True  # only permanent redirects so far
    moved: str | None = None


class Fetcher:
    """The network of one process: connections, turns, holds and robots.txt shared by all its threads."""

    def __init__(
        self,
        settings: FetchSettings,
        holds: Holds | None = None,
        now: Callable[[], datetime] = _get_now,
        lookup: Resolve = resolve,
    ) -> None:
        self._pause = settings.pause.total_seconds()
        self._allowed = frozenset(place.lower() for place in settings.allow_hosts)
        self._guard = Guard(self._allowed, settings.ports, lookup)
        self.agent = get_agent(settings.contact)
        self._session = make_session(self._guard)
        self.deadline = min(settings.deadline, MAX_DEADLINE).total_seconds()
        self.hosts = Hosts(holds or MemoryHolds(), now)
        self.robots = Robots(now)
        self.watchdog = Watchdog()

    def visit(self, subject: str, limit: timedelta) -> Visit:
        """The door for one run of one source, which may take so long in all."""
        return Visit(self, subject, limit)

    def close(self) -> None:
        """End what runs, wake who waits, close every connection; nothing can be fetched any more."""
        self.hosts.close()
        self.watchdog.close()
        self._session.close()

    def get_courtesy(self, target: Target) -> tuple[str, float]:
        """The host whose turn a target needs, and the pause that it is owed."""
        if target.place in self._allowed:
            return target.place, self._pause
        return target.host, max(self._pause, MIN_PAUSE.total_seconds())

    def send(self, target: Target, ask: _Ask, watch: Watch) -> Answer:
        """One request, under the watch."""
        self._guard.watch = watch
        return send(self._session, target, ask.headers, watch, ask.cut)


class Visit:
    """The door as one run of one source sees it: it counts, and it closes when the run's time is over."""

    def __init__(self, fetcher: Fetcher, subject: str, limit: timedelta) -> None:
        self.subject = subject
        self.requests = 0
        self.bytes = 0
        self._fetcher = fetcher
        self._until = monotonic() + limit.total_seconds()

    def get(
        self,
        url: str,
        *,
        robots: bool = False,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str | None = None,
        auth: tuple[str, str] | None = None,
        statuses: Collection[int] = (),
    ) -> Reply:
        """Fetch: a Reply for 2xx, for 304 when conditions were given, and for `statuses`; else FetchError."""
        headers = make_headers(self._fetcher.agent, etag, last_modified, accept, auth)
        conditional = "If-None-Match" in headers or "If-Modified-Since" in headers
        return self._travel(url, _Ask(headers=headers, robots=robots, conditional=conditional, statuses=statuses))

    def _travel(self, url: str, ask: _Ask) -> Reply:
        target = self._parse(url)
        journey = _Journey(ask=ask, seen={target.url})
        for _ in range(MAX_HOPS + 1):
            if ask.robots:
                self._check_robots(target)
            answer = self._send(target, journey)
            location = answer.location
            if location is None:
                return self._judge(target, answer, journey)
            target = self._redirect(target, location, answer.status, journey)
        raise self._error(self._parse(url), f"redirects more than {MAX_HOPS} times", permanent=False)

    def _send(self, target: Target, journey: _Journey) -> Answer:
        """Wait for the host's turn, then ask it once."""
        fetcher = self._fetcher
        name, pause = fetcher.get_courtesy(target)
        left = self._left()
        host = fetcher.hosts.enter(name, pause, left if journey.watch is None else min(left, fetcher.deadline))
        if host is None:
            self._left()
            raise self._error(target, "was not asked: its turn did not come in time")
        try:
            self._check_hold(target, name, host)
            if journey.watch is None:
                journey.watch = fetcher.watchdog.start(min(fetcher.deadline, self._left()))
            self.requests += 1
            answer = fetcher.send(target, journey.ask, journey.watch)
            self._note(name, host, answer)
        except ExchangeError as error:
            self._left()
            raise self._error(target, str(error), permanent=error.permanent, status=error.status) from error
        finally:
            fetcher.hosts.leave(host)
            if journey.watch is not None:
                self.bytes += journey.watch.taken
                journey.watch.taken = 0
        return answer

    def _left(self) -> float:
        left = self._until - monotonic()
        if left <= 0:
            raise OverrunError(self.subject, "the run reached its time limit")
        return left

    def _check_hold(self, target: Target, name: str, host: Host) -> None:
        hold = self._fetcher.hosts.get_hold(name, host)
        if hold is not None:
            what = f"{target.label} is not asked before {hold.until:%Y-%m-%d %H:%M:%S} UTC ({hold.reason})"
            raise HeldError(self.subject, what, until=hold.until)

    def _note(self, name: str, host: Host, answer: Answer) -> None:
        if answer.status in {429, 503}:
            self._fetcher.hosts.hold(name, host, answer.headers.get("retry-after"), f"HTTP {answer.status}")
        elif answer.status < 500:
            self._fetcher.hosts.relieve(name, host)

    def _redirect(self, target: Target, location: str, status: int, journey: _Journey) -> Target:
        # http.client reads headers as Latin-1; a Location with other letters is UTF-8 in practice.
        location = location.encode("latin-1", errors="replace").decode("utf-8", errors="replace")
        following = self._parse(
            join_address(target.url, location) or location, f"{target.label} redirects to an address that "
        )
        if following.url in journey.seen:
            raise self._error(target, "redirects in a circle")
        journey.seen.add(following.url)
        journey.lasting = journey.lasting and status in {301, 308}
        if journey.lasting:
            journey.moved = following.url
        if not _may_know(target, following):
            kept = {name: value for name, value in journey.ask.headers.items() if name != "Authorization"}
            journey.ask = replace(journey.ask, headers=kept)
        return following

    def _judge(self, target: Target, answer: Answer, journey: _Journey) -> Reply:
        status, ask = answer.status, journey.ask
        whole = 200 <= status < 300 and status != 206
        if whole or (status == 304 and ask.conditional) or status in ask.statuses:
            digest = blake2b(answer.body, digest_size=16).hexdigest()
            return Reply(
                url=target.url,
                status=status,
                headers=answer.headers,
                body=answer.body,
                digest=digest,
                moved=journey.moved,
            )
        if status == 410:
            raise GoneError(
                self.subject,
                f"{target.label} is gone for good (HTTP 410)",
                permanent=True,
                status=410,
                body=answer.body,
            )
        what = "answered with a part only (HTTP 206)" if status == 206 else f"answered HTTP {status}"
        raise self._error(target, what, status=status, body=answer.body[:MAX_ERROR_BODY])

    def _check_robots(self, target: Target) -> None:
        rules = self._fetcher.robots.get(target, self._read_robots)
        if rules.unreadable is not None:
            what = f"{target.label} waits until its robots.txt can be read ({rules.unreadable})"
            raise HeldError(self.subject, what, until=rules.until)
        if not rules.allow(target.url):
            raise HeldError(self.subject, f"{target.label} is closed to robots by its robots.txt", permanent=True)

    def _read_robots(self, url: str, now: datetime) -> Rules:
        ask = _Ask(headers=make_headers(self._fetcher.agent, accept="text/plain, */*;q=0.5"), cut=MAX_ROBOTS)
        try:
            rules = parse_robots(self._travel(url, ask).body, now + KEPT)
        except (HeldError, OverrunError):
            raise
        except FetchError as error:
            if error.status is not None and 400 <= error.status < 500 and error.status != 429:
                return Rules(now + KEPT)
            return Rules(now + RETRY, unreadable=error.what)
        if rules.delay:
            name, pause = self._fetcher.get_courtesy(self._parse(url))
            self._fetcher.hosts.slow_down(name, max(pause, rules.delay))
        return rules

    def _parse(self, url: str, before: str = "") -> Target:
        try:
            return parse_target(url)
        except AddressError as error:
            shown = before or f"{re.sub('//[^/]*@', '//', url.partition('?')[0])[:200]!r} "
            raise FetchError(self.subject, f"{shown}{error}", permanent=True) from error

    def _error(
        self, target: Target, what: str, *, permanent: bool = False, status: int | None = None, body: bytes = b""
    ) -> FetchError:
        return FetchError(self.subject, f"{target.label} {what}", permanent=permanent, status=status, body=body)


def _may_know(before: Target, after: Target) -> bool:
    """May the next hop see the credentials? Only the same host and port, or its move from http to https."""
    if (before.host, before.scheme, before.port) == (after.host, after.scheme, after.port):
        return True
    return before.host == after.host and (before.port, after.port, after.scheme) == (80, 443, "https")

"""The inbox's office: sources and terms of `config.toml`, looked at, tried and changed for the person who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from django.db.models import QuerySet

from collectors import get_collector
from collectors.collector import CollectError
from inbox.office import Applying, Configured, Look, Offered, OfficeError, Term
from kentongan.assembly import open_means
from kentongan.audit import record_event
from kentongan.commands.source_replay import replay_rows
from kentongan.config import Config, load_config
from kentongan.config_text import change_table, get_stamp, insert_table, remove_table, write_table
from kentongan.desk import Desk, FullError
from kentongan.error import CommandError, get_expected_errors
from kentongan.newcomer import SHOWN, TRIAL, Proposal, add_source, propose
from kentongan.roster import find_source, sync
from pipeline.lookup import complete_address
from pipeline.preview import try_source
from pipeline.relook import Preview, keep_ignored_again, match_again, preview_terms
from pipeline.replay import Replayed
from pipeline.terms import compile_terms
from storage.models import Mention, Quarantine, Source

BUSY = "Sudah ada dua pemeriksaan yang sedang berjalan. Tunggu sampai selesai, lalu coba lagi."


class ConfiguredOffice:
    """Reads the file anew for every question, so that what somebody edits by hand is seen at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._looks: Desk[Look] = Desk()
        self._appliers: Desk[Applying] = Desk()
        self._applying = ""

    def get_stamp(self) -> str:
        """Which text of the configuration a page was made of."""
        with _in_one_sentence():
            return get_stamp(self._path)

    def get_configured(self) -> Mapping[str, Configured]:
        """The configured sources by name."""
        with _in_one_sentence():
            config = self._read()
            sync(config)
        return {one.name: Configured(keep=one.keep, cron=one.cron, polled=one.polled) for one in config.sources}

    def look_at(self, address: str) -> str:
        """Begin to look at an address."""
        config, address = self._read(), complete_address(address)
        look = Look(address=address)

        def work(put: Callable[[Look], None]) -> Look:
            def tell(proposals: list[Proposal]) -> None:
                put(replace(look, offers=_offer(proposals)))

            proposals, missing = propose(config, address, tell)
            return replace(look, offers=_offer(proposals), missing=missing, done=True)

        return self._start(look, work)

    def try_source(self, name: str) -> str:
        """Begin a dry run of a source."""
        config = self._read()
        with _in_one_sentence():
            source = find_source(config, name)
        look = Look(address=source.url, source=name)

        def work(_put: Callable[[Look], None]) -> Look:
            with open_means(config) as means:
                trial = try_source(config.get_spec(source), get_collector(source.kind), means, SHOWN, TRIAL)
            offer = Offered(
                kind=source.kind,
                url=source.url,
                why="",
                name=name,
                channel=source.channel,
                keep=source.keep,
                trial=trial,
            )
            return replace(look, offers=(offer,), done=True)

        return self._start(look, work)

    def get_look(self, mark: str) -> Look | None:
        """How far a look is."""
        return self._looks.get(mark)

    def add_source(self, keys: Mapping[str, str], why: str, by: str, stamp: str) -> int:
        """Add a source to the configuration; its row."""
        with _in_one_sentence():
            add_source(self._path, dict(keys), why, stamp)
            record_event("source.add", keys["name"], after=dict(keys), actor=by)
            return sync(self._read())[keys["name"]]

    def set_enabled(self, name: str, enabled: bool, by: str, stamp: str) -> None:
        """Switch a source on or off."""
        with _in_one_sentence():
            before = find_source(self._read(), name).enabled
            change_table(self._path, "sources", name, {"enabled": enabled}, stamp)
            sync(self._read())
            after = {"enabled": enabled}
            record_event("source.enable", name, before={"enabled": before}, after=after, actor=by)

    def replay(self, name: str, keys: Sequence[int], by: str) -> Replayed:
        """Try refused items again."""
        with _in_one_sentence():
            rows = Quarantine.objects.filter(source__name=name, pk__in=keys).order_by("id")
            done = replay_rows(self._read(), name, rows)
            if not done.busy:
                record_event("quarantine.replay", name, after=asdict(done), actor=by)
            return done

    def get_terms(self) -> tuple[Term, ...]:
        """The watched names."""
        with _in_one_sentence():
            return tuple(
                Term(name=term.name, any=term.any, none=term.none, near=term.near, case=term.case)
                for term in self._read().terms
            )

    def preview(self, term: Term, within: QuerySet[Mention]) -> Preview:
        """What a term finds among the newest items."""
        try:
            return preview_terms(compile_terms([term]), within)
        except ValueError as error:
            raise OfficeError(str(error)) from error

    def save_term(self, old: str, term: Term, by: str, stamp: str) -> None:
        """Change a term, or add one."""
        keys = {"name": term.name, "any": term.any}
        further = {"none": term.none or None, "near": term.near or None, "case": term.case or None}
        with _in_one_sentence():
            before = next((asdict(one) for one in self.get_terms() if one.name == old), None) if old else None
            if old:
                change_table(self._path, "terms", old, {**keys, **further}, stamp)
            else:
                said = {name: value for name, value in further.items() if value is not None}
                insert_table(self._path, write_table({**keys, **said}, section="terms"), "terms", stamp)
            record_event("term.save", term.name, before=before, after=asdict(term), actor=by)

    def remove_term(self, name: str, by: str, stamp: str) -> None:
        """Watch a name no more."""
        with _in_one_sentence():
            before = next((asdict(one) for one in self.get_terms() if one.name == name), None)
            remove_table(self._path, "terms", name, stamp)
            record_event("term.remove", name, before=before, actor=by)

    def apply_terms(self, by: str) -> None:
        """Begin to apply the terms."""
        config = self._read()
        try:
            self._applying = self._appliers.start(
                Applying(), lambda put: _apply(config, put), lambda error: Applying(done=True, failed=str(error))
            )
        except FullError:
            raise OfficeError(BUSY) from None
        record_event("term.apply", "config.toml", actor=by)

    def get_applying(self) -> Applying | None:
        """How far that is."""
        return self._appliers.get(self._applying)

    def _read(self) -> Config:
        with _in_one_sentence():
            return load_config(self._path)

    def _start(self, look: Look, work: Callable[[Callable[[Look], None]], Look]) -> str:
        def fail(error: Exception) -> Look:
            known = error if isinstance(error, CollectError) else None
            return replace(look, done=True, error=known, failed="" if known else str(error))

        try:
            return self._looks.start(look, work, fail)
        except FullError:
            raise OfficeError(BUSY) from None


@contextmanager
def _in_one_sentence() -> Iterator[None]:
    """What the rooms below refuse, as what the person reads."""
    expected: tuple[type[Exception], ...] = (CommandError, *get_expected_errors())
    try:
        yield
    except expected as error:
        raise OfficeError(" ".join(str(error).split())) from error


def _offer(proposals: Sequence[Proposal]) -> tuple[Offered, ...]:
    return tuple(
        Offered(
            kind=one.kind,
            url=one.url,
            why=one.why,
            name=one.name,
            channel=one.channel,
            keep=one.keep,
            trial=one.trial,
        )
        for one in proposals
    )


def _apply(config: Config, put: Callable[[Applying], None]) -> Applying:
    """What was ignored first, for that is what somebody waits for; then what is kept."""
    state = Applying()
    ids = sync(config)
    with open_means(config) as means:
        for source in config.sources:
            if source.keep != "matching":
                continue
            kept = keep_ignored_again(Source.objects.get(pk=ids[source.name]), means)
            state = replace(state, kept=state.kept + (kept or 0), busy=state.busy + (kept is None))
            put(state)

        def tell(seen: int, changed: int) -> bool:
            put(replace(state, seen=seen, changed=changed))
            return True

        seen, changed = match_again(means.terms, tell)
    return replace(state, seen=seen, changed=changed, done=True)

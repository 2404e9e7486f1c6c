"""Other terms, applied to what is there: what was ignored is judged again, what is kept is matched again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import QuerySet

from pipeline.group import group_stories
from pipeline.keep import get_above, judge
from pipeline.memory import remember
from pipeline.run import Means
from pipeline.terms import Terms
from storage.ignored import forget_ignored, read_ignored
from storage.ingest import save
from storage.models import Cursor, Ignored, Mention, Source, TermMatch
from storage.record import Batch, Fence, Incoming, TermHit

AT_ONCE = 500  # rows that are looked at, and stored, in one transaction
SHOWN = 20  # examples in a preview


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """An item that a term finds, with the words around it."""

    source: str
    title: str
    passage: str
    mention: int | None = None  # None: it was ignored


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a term would have found among the newest items of the store and of what was ignored."""

    kept_looked: int
    kept_found: int
    ignored_looked: int
    ignored_found: int
    examples: tuple[Example, ...]  # of what was ignored first: those are what the term would bring


def preview_terms(terms: Terms, within: QuerySet[Mention], most: int = 1_000) -> Preview:
    """Look through the newest items; `within` is what the person may see."""
    rows = within.order_by("-id").values_list("id", "title", "text", "source__name")[:most]
    kept = [(key, title, source, terms.find(title, text)) for key, title, text, source in rows]
    passed = list(_find_ignored().select_related("source").order_by("-id")[:most])
    ignored = [(row, terms.find(*_get_words(row))) for row in passed]
    new = [_show(row.source.name, row.title, hits) for row, hits in ignored if hits]
    known = [replace(_show(source, title, hits), mention=key) for key, title, source, hits in kept if hits]
    return Preview(
        kept_looked=len(kept),
        kept_found=len(known),
        ignored_looked=len(passed),
        ignored_found=len(new),
        examples=(*new[:SHOWN], *known[: max(0, SHOWN - len(new))]),
    )


def _find_ignored() -> QuerySet[Ignored]:
    """What was ignored and not kept since."""
    return Ignored.objects.extra(
        where=[
            "NOT EXISTS (SELECT 1 FROM mention WHERE mention.source_id = ignored.source_id"
            " AND mention.external_id = ignored.external_id)"
        ]
    )


def _get_words(row: Ignored) -> tuple[str | None, str]:
    mention = read_ignored(row)
    return mention.title, mention.text


def _show(source: str, title: str | None, hits: Sequence[TermHit]) -> Example:
    return Example(source=source, title=title or "", passage=hits[0].passage if hits else "")


def keep_ignored_again(source: Source, means: Means) -> int | None:
    """Keep what the terms of now find among what was ignored of a source; how many, None while another has it."""
    with means.turns.take(f"source:{source.pk}") as turn:
        if turn is None:
            return None
        fences = (turn, means.fence) if means.fence else (turn,)
        rows = list(Ignored.objects.filter(source=source).order_by("id"))
        return sum(_keep_part(source, rows[at : at + AT_ONCE], means, fences) for at in range(0, len(rows), AT_ONCE))


def _keep_part(source: Source, rows: Sequence[Ignored], means: Means, fences: Sequence[Fence]) -> int:
    memory = remember(source.pk)
    mentions = [_match(read_ignored(row), means.terms) for row in rows]
    known = memory.get_hashes([mention.external_id for mention in mentions])
    verdicts = judge(mentions, keep="matching", known=known, held=memory.get_threads(get_above(mentions)))
    wanted = [
        (row.pk, mention)
        for row, mention, verdict in zip(rows, mentions, verdicts, strict=True)
        if verdict.kept and mention.external_id not in known
    ]
    fresh = frozenset(mention.external_id for _, mention in wanted)
    new = 0
    for part, _ in group_stories(source.pk, [mention for _, mention in wanted], fresh, means.grouping):
        state = Cursor.objects.filter(source=source).values_list("state", flat=True).first()
        batch = Batch(mentions=tuple(part), cursor=state or "{}", now=means.now())
        new += save(source.pk, batch, None, fences).new
    forget_ignored([row.pk for row in rows if row.external_id in known] + [key for key, _ in wanted])
    return new


def _match(mention: Incoming, terms: Terms) -> Incoming:
    return replace(mention, terms=terms.find(mention.title, mention.text))


def match_again(terms: Terms, tell: Callable[[int, int], bool] = lambda _seen, _changed: True) -> tuple[int, int]:
    """Find the terms anew in all that is kept, newest first; how many were looked at, and how many changed.

    `tell` hears both as it goes on; where it says False, that is the end.
    """
    seen = changed = 0
    for keys in _read_keys():
        changed += _match_part(keys, terms)
        seen += len(keys)
        if not tell(seen, changed):
            break
    return seen, changed


def _read_keys() -> Iterator[list[int]]:
    below: int | None = None
    while True:
        rows = Mention.objects.order_by("-id")
        keys = list((rows if below is None else rows.filter(pk__lt=below)).values_list("id", flat=True)[:AT_ONCE])
        if not keys:
            return
        yield keys
        below = keys[-1]


def _match_part(keys: Sequence[int], terms: Terms) -> int:
    """Write the matches of those whose matches are others now."""
    held: dict[int, set[tuple[str, str, int, int]]] = {key: set() for key in keys}
    columns = ("mention_id", "term", "field", "start", "length")
    for key, term, field, start, length in TermMatch.objects.filter(mention__in=keys).values_list(*columns):
        held[key].add((term, field, start, length))
    other: dict[int, tuple[TermHit, ...]] = {}
    for key, title, text in Mention.objects.filter(pk__in=keys).values_list("id", "title", "text"):
        hits = terms.find(title, text)
        if {(hit.term, hit.field, hit.start, hit.length) for hit in hits} != held[key]:
            other[key] = hits
    if other:
        with transaction.atomic():
            TermMatch.objects.filter(mention__in=list(other)).delete()
            TermMatch.objects.bulk_create(
                TermMatch(
                    mention_id=key,
                    term=hit.term,
                    field=hit.field,
                    start=hit.start,
                    length=hit.length,
                    passage=hit.passage,
                )
                for key, hits in other.items()
                for hit in hits
            )
    return len(other)

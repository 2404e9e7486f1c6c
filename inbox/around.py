"""What stands around a mention: its conversation, others by its author, the same story elsewhere. Two queries."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from storage.bundle import find_each
from storage.models import Mention
from storage.query import filter_mentions, parse_query, quote_text
from storage.search import fold_words

NEAR = 12  # mentions of the same conversation before and after
OTHERS = 5
LOOKED_AT = 500  # newest mentions with the author's name in them, among which those that are by the author are taken


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """Mentions near another, each list without it."""

    article: Mention | None
    parent: Mention | None
    thread: list[Mention]  # in the order in which they were said, the mention itself among them
    by_author: list[Mention]
    story: list[Mention]

    @property
    def replies(self) -> int:
        """How many others stand in the conversation."""
        return max(0, len(self.thread) - 1)


def find_around(mention: Mention, within: QuerySet[Mention]) -> Around:
    """What this reader may see around a mention."""
    asked = [_ask_article(mention, within), _ask_parent(mention, within)]
    asked += [*_ask_thread(mention, within), *_ask_others(mention, within)]
    keys = find_each(asked)
    near = within.filter(pk__in={key for part in keys for key in part}).select_related("source")
    found = {one.pk: one for one in near}
    article, parent, before, after, by_author, story = ([found[key] for key in part if key in found] for part in keys)
    thread = sorted((*before, *after), key=lambda one: one.pk)
    return Around(
        article=article[0] if article else None,
        parent=parent[0] if parent and parent != article else None,
        thread=thread if len(thread) > 1 else [],
        by_author=by_author,
        story=story,
    )


def _ask_article(mention: Mention, within: QuerySet[Mention]) -> QuerySet[Mention]:
    """What the conversation stands under."""
    if not mention.thread:
        return within.none()
    return within.filter(source=mention.source_id, external_id=mention.thread).exclude(pk=mention.pk)[:1]


def _ask_parent(mention: Mention, within: QuerySet[Mention]) -> QuerySet[Mention]:
    """What it answers."""
    if not mention.parent:
        return within.none()
    return within.filter(source=mention.source_id, external_id=mention.parent).exclude(pk=mention.pk)[:1]


def _ask_thread(mention: Mention, within: QuerySet[Mention]) -> list[QuerySet[Mention]]:
    """The conversation near it: what was said before, itself among it, and what came after."""
    thread = within.filter(source=mention.source_id, thread=mention.thread or mention.external_id)
    before = thread.filter(pk__lte=mention.pk).order_by("-pk")[:NEAR]
    return [before, thread.filter(pk__gt=mention.pk).order_by("pk")[:NEAR]]


def _ask_others(mention: Mention, within: QuerySet[Mention]) -> list[QuerySet[Mention]]:
    name = mention.author_name or ""
    words = fold_words(name)
    by_author = within.none()
    if words:
        looked = filter_mentions(parse_query(quote_text(name[:200])), within=within)[:LOOKED_AT]
        by_author = within.filter(pk__in=looked.values("pk"), author_name=name, author_handle=mention.author_handle)
        by_author = by_author.exclude(pk=mention.pk).order_by("-pk")[:OTHERS]
    story = within.none()
    if mention.story:
        story = within.filter(story=mention.story).exclude(pk=mention.pk).order_by("-pk")[:OTHERS]
    return [by_author, story]

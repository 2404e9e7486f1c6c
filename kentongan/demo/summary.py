"""Where the demo's store stands, in one line: read from the store, not remembered."""

from __future__ import annotations

from django.db.models import Count

from storage.models import Mention, Revision


def summarize() -> str:
    """How many mentions there are, and what became of them."""
    mentions = Mention.objects.count()
    twice = mentions - Mention.objects.values("source", "external_id").distinct().count()
    told = (
        Mention.objects.filter(story__isnull=False).values("story").annotate(outlets=Count("source", distinct=True))
    )
    shared = told.filter(outlets__gt=1).count()
    edited = Revision.objects.values("mention").distinct().count()
    gone = Mention.objects.filter(gone__isnull=False).count()
    stories = f"{shared} {'story' if shared == 1 else 'stories'} told by several outlets"
    return (
        f"so far {mentions} mentions, {twice} of them twice; {stories}; {edited} edited, {gone} deleted at the source"
    )

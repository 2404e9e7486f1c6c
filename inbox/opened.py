"""An opened mention as its page shows it: its words, what stands around it, its notes and its history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from inbox.around import Around, find_around
from inbox.attached import list_pictures
from inbox.desk import Desk, find_stems, lay_words
from inbox.difference import compare
from inbox.label import CHANNELS, KINDS, LANGUAGES, STATUSES, TAGS, tell
from inbox.marking import find_words, mark
from inbox.moment import tell_clock, tell_exact
from inbox.permission import has_right
from inbox.personal import Screen
from inbox.row import Moment, find_passages, get_author, tell_moment
from inbox.timeline import Line, make_lines
from storage.models import Draft, Mention, MentionTopic, Note, ReviewEvent, Revision
from storage.query import QueryError

CLOSED = {"closed", "not_ours", "ignored", "answered"}
NOTES, HISTORY, REVISIONS = 100, 200, 10  # the newest of each


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """Another mention, in a line or two."""

    id: int
    who: str
    at: Moment
    title: str
    text: str
    source: str
    reply: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """The mention that is read."""

    id: int
    version: int
    who: str
    handle: str
    at: Moment
    title: SafeString
    text: SafeString
    link: str
    source: str
    channel: str
    kind: str
    language: str
    tag: str
    tag_word: str
    status: str
    status_word: str
    assignee: str
    mine: bool
    unit: str
    belongs: str
    high: bool
    confidential: bool

    @property
    def is_open(self) -> bool:
        """Is it still somebody's turn?"""
        return self.status not in CLOSED


def lay_mention(desk: Desk, mention: Mention) -> dict[str, Any]:
    """What the pane shows of a mention."""
    around, screen = find_around(mention, desk.within), desk.screen.before(mention.pk)
    revisions = list(mention.revisions.order_by("-pk")[:REVISIONS])
    events = list(ReviewEvent.objects.filter(mention=mention).select_related("by").order_by("-pk")[:HISTORY])
    notes = Note.objects.filter(mention=mention, removed=None).select_related("by").order_by("-pk")[:NOTES]
    topics = MentionTopic.objects.filter(mention=mention).order_by("topic__position", "topic__name")
    draft = Draft.objects.filter(mention=mention, user=desk.user).first() if desk.may_act else None
    return {
        "opened": _open(desk, mention),
        "current": mention.pk,
        "around": _show_around(around, desk),
        "revisions": _show_revisions(mention, revisions, desk),
        "notices": _find_notices(mention, events),
        "notes": [_show_note(note, screen, desk.now) for note in reversed(notes)],
        "history": _hide_lines(make_lines(mention, reversed(events), desk.now), screen),
        "may_reveal": _hides(mention, screen) and has_right(desk.user.role, "reveal"),
        "topics": list(topics.values_list("topic__name", flat=True)),
        "pictures": list_pictures(mention, desk.user),
        "draft": draft.text if draft else "",
        "suffix": desk.place.get_suffix(),
        **lay_words(desk),
    }


def _open(desk: Desk, mention: Mention) -> Opened:
    passages, stems = find_passages([mention.pk])[mention.pk], _find_stems(desk)
    screen = desk.screen.before(mention.pk)
    return Opened(
        id=mention.pk,
        version=mention.version,
        who=screen.hide(get_author(mention)),
        handle=screen.hide(mention.author_handle or "") if mention.author_name else "",
        at=tell_moment(mention, desk.now),
        title=mark(screen.hide(mention.title or ""), [*passages["title"], *find_words(mention.title or "", stems)]),
        text=mark(screen.hide(mention.text), [*passages["text"], *find_words(mention.text, stems)]),
        link=screen.hide_link(get_link(mention.url)),
        source=mention.source.name,
        channel=tell(CHANNELS, mention.channel),
        kind=tell(KINDS, mention.kind),
        language=tell(LANGUAGES, mention.language) if mention.language in LANGUAGES else "",
        tag=mention.tag,
        tag_word=tell(TAGS, mention.tag),
        status=mention.status,
        status_word=tell(STATUSES, mention.status),
        assignee=mention.assignee.get_full_name() if mention.assignee else "",
        mine=mention.assignee_id == desk.user.pk,
        unit=mention.unit,
        belongs=screen.hide(mention.belongs),
        high=mention.priority > 0,
        confidential=mention.confidential,
    )


def _find_stems(desk: Desk) -> Collection[str]:
    try:
        return find_stems(desk.place.parse(desk.user))
    except QueryError:
        return ()


def get_link(url: str | None) -> str:
    """The address of the original, if a browser may be sent there."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    return url or "" if parts.scheme in {"http", "https"} and parts.netloc else ""


def _show_around(around: Around, desk: Desk) -> dict[str, Any]:
    def show(mentions: Sequence[Mention]) -> list[Beside]:
        return [_show_beside(one, desk.screen, desk.now) for one in mentions]

    return {
        "article": _show_beside(around.article, desk.screen, desk.now) if around.article else None,
        "parent": _show_beside(around.parent, desk.screen, desk.now) if around.parent else None,
        "thread": show(around.thread),
        "by_author": show(around.by_author),
        "story": show(around.story),
    }


def _show_beside(mention: Mention, screen: Screen, now: datetime) -> Beside:
    screen = screen.before(mention.pk)
    return Beside(
        id=mention.pk,
        who=screen.hide(get_author(mention)),
        at=tell_moment(mention, now),
        title=screen.hide(mention.title or ""),
        text=screen.hide(mention.text[:2_100])[:2_000],
        source=mention.source.name,
        reply=mention.parent is not None and mention.parent != mention.thread,
    )


def _show_revisions(mention: Mention, revisions: Sequence[Revision], desk: Desk) -> list[dict[str, Any]]:
    """Each change at the source: what the text was before against what it became, the latest first."""
    shown = []
    screen = desk.screen.before(mention.pk)
    later = screen.hide(mention.text)
    for revision in revisions:
        earlier = screen.hide(revision.text)
        shown.append({"pieces": compare(earlier, later), **_tell_time(revision.replaced, desk.now)})
        later = earlier
    return shown


def _hides(mention: Mention, screen: Screen) -> bool:
    """Is there anything in this mention that this reader does not see?"""
    said = (mention.title, mention.text, get_author(mention), mention.author_handle, mention.url)
    return any(screen.hide(text) != text for text in said if text)


def _hide_lines(lines: Sequence[Line], screen: Screen) -> list[Line]:
    """Colleagues quote citizens in their reasons."""
    return [replace(line, words=screen.hide(line.words), why=screen.hide(line.why)) for line in lines]


def _show_note(note: Note, screen: Screen, now: datetime) -> dict[str, Any]:
    return {"id": note.pk, "who": note.by.get_full_name(), "text": screen.hide(note.text), **_tell_time(note.at, now)}


def _tell_time(at: datetime, now: datetime) -> dict[str, str]:
    return {"stamp": at.isoformat(), "clock": tell_clock(at, now), "exact": tell_exact(at)}


def _find_notices(mention: Mention, events: Sequence[ReviewEvent]) -> list[str]:
    """What whoever decides must know first."""
    notices = []
    if mention.gone:
        when = tell_exact(mention.gone)
        notices.append(_("Dihapus di sumber (diketahui %(when)s). Isinya masih tersimpan di sini.") % {"when": when})
    changed = next((event.at for event in events if event.action == "source"), None)
    if changed and mention.reviewed and changed > mention.reviewed:
        notices.append(_("Isinya berubah setelah ditinjau. Perubahannya ditandai di bawah."))
    last = next((event for event in events if event.action == "status" and not event.undone), None)
    if last is not None and last.by is None and mention.status not in CLOSED:
        notices.append(_("Dibuka lagi: ada balasan baru dari penulisnya."))
    judged = _find_judgements(events)
    if len(set(judged.values())) > 1:
        told = "; ".join(f"{who}: {tell(TAGS, tag)}" for who, tag in judged.items())
        notices.append(_("Dinilai berbeda: %(judgements)s") % {"judgements": told})
    return notices


def _find_judgements(events: Sequence[ReviewEvent]) -> dict[str, str]:
    """What each person last judged it to be; both of two different judgements are kept and shown."""
    judged: dict[str, str] = {}
    for event in reversed(events):
        if event.action == "tag" and event.by and event.after and not event.undone and event.undoes_id is None:
            judged[event.by.get_full_name()] = str(event.after)
    return judged

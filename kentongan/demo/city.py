"""What the city's pages say at a given moment: a pure function of the clock, so that nothing has to run behind it."""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Jakarta")
OFFICE = "Disnaker-PMPTSP Tirtamarga"
_TEXTS = files("kentongan.demo") / "texts"


@dataclass(frozen=True, kw_only=True)
class Article:
    """One page of the office or of a newspaper."""

    id: int
    site: str
    slug: str
    title: str
    author: str
    published: datetime  # aware, the city's zone
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What a resident or the office wrote under a page; `edit` and `deleted` happen while the demo runs."""

    id: int
    site: str
    page: str  # slug of the article, or the address of a thread in the residents' room
    author: str
    text: str
    published: datetime
    parent: int | None = None
    edit: tuple[datetime, str] | None = None
    deleted: datetime | None = None

    def get_text(self, now: datetime) -> str:
        """What it says at this moment."""
        return self.edit[1] if self.edit and self.edit[0] <= now else self.text

    def is_edited(self, now: datetime) -> bool:
        """Whether its author has changed it by this moment."""
        return self.edit is not None and self.edit[0] <= now

    def is_visible(self, now: datetime) -> bool:
        """Whether it can be read at this moment."""
        return self.published <= now and (self.deleted is None or self.deleted > now)


@dataclass(frozen=True, kw_only=True)
class City:
    """All that was and will be written, six weeks back and some minutes ahead of `started`."""

    started: datetime
    articles: tuple[Article, ...]
    comments: tuple[Comment, ...]
    threads: dict[str, str] = field(default_factory=dict)  # address in the residents' room → its title

    def get_articles(self, site: str) -> list[Article]:
        """The articles of a site, newest first."""
        return sorted((a for a in self.articles if a.site == site), key=lambda a: a.published, reverse=True)

    def get_comments(self, site: str, now: datetime, page: str | None = None) -> list[Comment]:
        """The comments that can be read on a site (or under one of its pages) at this moment, oldest first."""
        found = (c for c in self.comments if c.site == site and page in (None, c.page) and c.is_visible(now))
        return sorted(found, key=lambda c: (c.published, c.id))


def build_city(started: datetime) -> City:
    """The city as it will have been by `started` (aware), with its next minutes."""
    dice = random.Random(1653)  # noqa: S311  the same city every time; nothing here is secret
    numbers = count(101)
    book = _read_toml("guestbook.toml")
    rows = [
        *({"site": "office", "author": "Humas", **row} for row in _read_toml("office.toml")["article"]),
        *_read_toml("press.toml")["article"],
    ]
    articles = tuple(_make_article(row, next(numbers), started) for row in rows)
    names = book["names"]["list"]
    past = [
        *_comment_articles(rows, articles, names, dice, numbers, started),
        *_fill_room(book, dice, numbers, started),
    ]
    live = [_make_live(row, next(numbers), started) for row in book["live"]]
    comments = tuple(_change(comment, book, started) for comment in (*past, *live))
    titles = {thread["uri"]: thread["title"] for thread in book["thread"]}
    return City(started=started, articles=articles, comments=comments, threads=titles)


def _read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_TEXTS / name).read_text(encoding="utf-8"))


def _make_article(row: dict[str, Any], number: int, started: datetime) -> Article:
    hour, minute = map(int, row["time"].split(":"))
    day = started.astimezone(ZONE) - timedelta(days=row["days"])
    return Article(
        id=number,
        site=row["site"],
        slug=row["slug"],
        title=row["title"],
        author=row["author"],
        published=day.replace(hour=hour, minute=minute, second=0, microsecond=0),
        paragraphs=tuple(part.strip() for part in row["text"].strip().split("\n\n")),
    )


def _comment_articles(
    rows: list[dict[str, Any]],
    articles: tuple[Article, ...],
    names: list[str],
    dice: random.Random,
    numbers: Iterator[int],
    started: datetime,
) -> Iterator[Comment]:
    """The pool of comments, each under an article of its topic; every second repeated question is answered."""
    places: dict[str, list[Article]] = {}
    for row, article in zip(rows, articles, strict=True):
        places.setdefault(row.get("topic", ""), []).extend([article] * row["comments"])
    for line in (_TEXTS / "comments.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        article = dice.choice(places[entry["topic"]])
        span = min(timedelta(days=9), started - article.published - timedelta(hours=2))
        comment = Comment(
            id=next(numbers),
            site=article.site,
            page=article.slug,
            author=dice.choice(names),
            text=entry["text"],
            published=_seconds(article.published + span * dice.random() ** 2),
        )
        yield comment
        if "answer" in entry:
            yield replace(
                comment,
                id=next(numbers),
                author="Admin " + OFFICE,
                text=entry["answer"],
                published=_seconds(comment.published + timedelta(minutes=dice.randint(9, 110))),
                parent=comment.id,
            )


def _fill_room(
    book: dict[str, Any], dice: random.Random, numbers: Iterator[int], started: datetime
) -> Iterator[Comment]:
    """The residents' room: threads over six weeks, some comments answering an earlier one."""
    names = book["names"]["list"]
    for thread in book["thread"]:
        entries = thread["comments"]
        ids = [next(numbers) for _ in entries]
        step = timedelta(days=41) / len(entries)
        for place, entry in enumerate(entries):
            answers = entry.get("reply_to")
            yield Comment(
                id=ids[place],
                site="room",
                page=thread["uri"],
                author=dice.choice(names),
                text=entry["text"],
                published=_seconds(started - timedelta(days=41) + step * (place + dice.random())),
                parent=ids[answers - 1] if answers else None,
            )


def _make_live(row: dict[str, Any], number: int, started: datetime) -> Comment:
    return Comment(
        id=number,
        site=row["site"],
        page=row["slug"],
        author=row["author"],
        text=row["text"],
        published=_seconds(started + timedelta(seconds=row["after"])),
    )


def _change(comment: Comment, book: dict[str, Any], started: datetime) -> Comment:
    """The comment with the edit or deletion that the book has in store for it."""
    for row in book["edit"]:
        if comment.site == row["site"] and row["contains"] in comment.text:
            return replace(comment, edit=(started + timedelta(seconds=row["after"]), row["text"]))
    for row in book["delete"]:
        if comment.site == row["site"] and row["contains"] in comment.text:
            return replace(comment, deleted=started + timedelta(seconds=row["after"]))
    return comment


def _seconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)

"""A small office for the tests of the inbox: the demo city's texts in the store, and a person of every role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from collectors.collector import Collected, Cursor
from collectors.item import Author, Item
from kentongan.demo.city import Article, City, Comment, build_city
from pipeline.run import run_source
from tests.pipeline_sample import ScriptedCollector, Term, make_job, open_means

PASSWORD = "kentongan dipukul tiga kali"
TERMS = (
    Term("Disnaker-PMPTSP", any=("Disnaker-PMPTSP", "DPMPTSP", "dpmptsp")),
    Term("OSS", any=("OSS", "NIB"), case=True),
    Term("Mal Pelayanan Publik", any=("Mal Pelayanan Publik", "MPP")),
)


@dataclass(frozen=True)
class Person:
    """Somebody who works here; the user name is the role, a colleague's has a 2 behind it."""

    username: str
    name: str
    role: str


PEOPLE = (
    Person("viewer", "Wati Lestari", "viewer"),
    Person("agent", "Sari Wulandari", "agent"),
    Person("agent2", "Bayu Prasetyo", "agent"),
    Person("analyst", "Dewi Anggraini", "analyst"),
    Person("supervisor", "Pak Hartono", "supervisor"),
    Person("admin", "Rudi Admin", "admin"),
)
ROLES = tuple(dict.fromkeys(person.role for person in PEOPLE))
# site of the demo city → the source's name and channel
_SOURCES = {
    "office": ("situs dinas", "website"),
    "room": ("ruang warga", "website"),
    "suara": ("suara tirtamarga", "news"),
    "kabar": ("kabar tirtamarga", "news"),
}


def add_people() -> None:
    """A user of every role, all with PASSWORD."""
    from storage.models import User

    for person in PEOPLE:
        User.objects.create_user(person.username, PASSWORD, name=person.name, role=person.role)


def fill_store(comments: int = 90, now: datetime | None = None) -> None:
    """The articles of the city and its newest comments, saved as a run of each source saves them."""
    now = now or datetime.now(UTC)
    city = build_city(now)
    for site, (name, channel) in _SOURCES.items():
        items = tuple(_read_site(city, site, comments // 2, now))
        save_items(items, name=name, channel=channel, now=now)


def save_items(items: Iterable[Item], *, name: str, channel: str = "website", now: datetime | None = None) -> None:
    """Items by the way that every collected item takes, as one run of the source of this name."""
    at = now or datetime.now(UTC)
    batch = Collected(items=tuple(items), cursor=Cursor(state={"at": at.isoformat()}))
    with open_means(*TERMS, now=lambda: at) as means:
        outcome = run_source(make_job(ScriptedCollector(batch), at, name=name, channel=channel), means)
    assert outcome.outcome == "ok", outcome


def _read_site(city: City, site: str, comments: int, now: datetime) -> Iterator[Item]:
    yield from map(_read_article, city.get_articles(site))
    pages = {article.slug: f"post:{article.id}" for article in city.articles}
    for comment in city.get_comments(site, now)[-comments:]:
        yield _read_comment(comment, pages.get(comment.page, comment.page))


def _read_article(article: Article) -> Item:
    return Item(
        external_id=f"post:{article.id}",
        kind="article",
        url=f"https://{article.site}.tirtamarga.test/{article.slug}/",
        title=article.title,
        text="\n\n".join(article.paragraphs),
        author=Author(name=article.author),
        published=article.published.astimezone(UTC),
        published_precision="minute",
    )


def _read_comment(comment: Comment, thread: str) -> Item:
    return Item(
        external_id=f"comment:{comment.id}",
        kind="comment",
        url=f"https://{comment.site}.tirtamarga.test/{comment.page.strip('/')}/#comment-{comment.id}",
        text=comment.text,
        author=Author(name=comment.author, handle=comment.author.casefold().replace(" ", ".")),
        parent=f"comment:{comment.parent}" if comment.parent else None,
        thread=thread,
        published=comment.published,
        published_precision="second",
    )

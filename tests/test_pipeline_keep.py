"""Which items are kept."""

from __future__ import annotations

from dataclasses import replace

from pipeline.keep import ALL, KNOWN, NO_TERM, NOT_KEPT, judge
from storage.record import Incoming, TermHit

HIT = TermHit(term="Disnaker", field="text", start=0, length=8, passage="Disnaker")


def mention(key: str, *, thread: str | None = None, parent: str | None = None, named: bool = False) -> Incoming:
    blank = Incoming(
        external_id=key, kind="comment", channel="news", url=None, canonical_url=None, title=None, text="",
        author_name=None, author_handle=None, author_url=None, publisher=None, parent=parent, thread=thread,
        published=None, published_precision=None, edited=None, language="und", reactions={}, raw=None,
        content_hash=b"", search_words="",
    )  # fmt: skip
    return replace(blank, terms=(HIT,)) if named else blank


def kept(
    *mentions: Incoming, keep: str = "matching", known: set[str] | None = None, held: set[str] | None = None
) -> list[str]:
    verdicts = judge(mentions, keep=keep, known=known or set(), held=held or set())
    return [mention.external_id for mention, verdict in zip(mentions, verdicts, strict=True) if verdict.kept]


def test_everything_of_our_own_is_kept() -> None:
    assert kept(mention("a"), mention("b"), keep="all") == ["a", "b"]
    assert judge([mention("a")], keep="all", known=(), held=())[0].why == ALL


def test_elsewhere_only_what_names_us_is_kept() -> None:
    assert kept(mention("a", named=True), mention("b")) == ["a"]


def test_comments_of_a_kept_article_are_kept_in_whatever_order_they_come() -> None:
    batch = [mention("c2", thread="art", parent="c1"), mention("c1", thread="art"), mention("art", named=True)]
    assert kept(*batch) == ["c2", "c1", "art"]


def test_an_answer_to_a_kept_comment_is_kept_although_the_article_is_not() -> None:
    batch = [
        mention("c3", parent="c2"),
        mention("c2", parent="c1"),
        mention("c1", thread="art", named=True),
        mention("c0", thread="art"),
    ]
    assert kept(*batch) == ["c3", "c2", "c1"]


def test_comments_of_a_conversation_in_the_store_are_kept() -> None:
    assert kept(mention("c9", thread="art"), mention("c8", thread="other"), held={"art"}) == ["c9"]


def test_what_is_kept_stays_kept_when_it_names_us_no_more() -> None:
    assert kept(mention("a"), known={"a"}) == ["a"]


def test_parents_in_a_circle_end() -> None:
    assert kept(mention("a", parent="b"), mention("b", parent="a"), mention("c", parent="c", named=True)) == ["c"]


def test_every_verdict_says_why() -> None:
    batch = [mention("a", named=True), mention("b", thread="a"), mention("c", thread="x"), mention("d"), mention("e")]
    verdicts = judge(batch, keep="matching", known={"e"}, held=())
    assert [verdict.why for verdict in verdicts] == [
        'it names "Disnaker"', "it stands under a, which is kept", NOT_KEPT, NO_TERM, KNOWN,
    ]  # fmt: skip

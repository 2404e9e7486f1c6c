"""The office's list of topics: two levels, names that differ, and every act undone as it was done."""

from __future__ import annotations

import pytest

from storage.ingest import save
from storage.models import AuditEvent, Mention, MentionTopic, ReviewEvent, Topic, User
from storage.review import set_topics
from storage.topic import COLOURS, TopicError, add_topic, archive_topic, change_topic, list_topics, undo_topic
from storage.topic_merge import Merge, count_merge, merge_topic, undo_act
from tests.storage_sample import NOW, make_batch, make_incoming, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return User.objects.create_user("hartono", "kata sandi panjang", role="supervisor")


def get(slug: str) -> Topic:
    return Topic.objects.get(slug=slug)


def put_under(topic: Topic, count: int) -> None:
    source = make_source()
    save(source.pk, make_batch(*(make_incoming(f"c{number}") for number in range(count))))
    for mention in Mention.objects.all():
        MentionTopic.objects.create(mention=mention, topic=topic, at=NOW)


def test_the_list_is_a_tree_in_its_order_with_how_many_are_about_each(by: User) -> None:
    add_topic("Perizinan", by)
    add_topic("Ketenagakerjaan", by)
    add_topic("OSS dan NIB", by, parent=get("perizinan"), colour="sky")
    put_under(get("oss-dan-nib"), 3)
    tree = [(one.topic.name, one.mentions, [(b.topic.name, b.mentions) for b in one.below]) for one in list_topics()]
    assert tree == [("Perizinan", 0, [("OSS dan NIB", 3)]), ("Ketenagakerjaan", 0, [])]


def test_a_name_stands_once_on_its_level_and_its_slug_once_in_all(by: User) -> None:
    add_topic("Perizinan", by)
    with pytest.raises(TopicError, match="twice"):
        add_topic("  PERIZINAN ", by)
    add_topic("Loket", by)
    add_topic("Loket", by, parent=get("perizinan"))
    assert set(Topic.objects.values_list("slug", flat=True)) == {"perizinan", "loket", "loket-2"}


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "dua\u0007bel", "\u202etopik"])
def test_what_is_no_name_is_refused(by: User, name: str) -> None:
    with pytest.raises(TopicError, match="name"):
        add_topic(name, by)
    assert not Topic.objects.exists()


def test_there_are_two_levels_and_no_more(by: User) -> None:
    add_topic("Perizinan", by)
    add_topic("OSS", by, parent=get("perizinan"))
    with pytest.raises(TopicError, match="deep"):
        add_topic("NIB", by, parent=get("oss"))
    with pytest.raises(TopicError, match="itself"):
        change_topic(get("perizinan"), by, name="Perizinan", parent=get("perizinan"), colour="wood")
    add_topic("Lain", by)
    with pytest.raises(TopicError, match="children"):
        change_topic(get("perizinan"), by, name="Perizinan", parent=get("lain"), colour="wood")


def test_a_renamed_topic_is_still_found_by_its_old_slug_and_can_be_named_back(by: User) -> None:
    add_topic("Perizinan", by)
    event = change_topic(get("perizinan"), by, name="Izin usaha", parent=None, colour="moss")
    assert (get("perizinan").name, get("perizinan").colour) == ("Izin usaha", "moss")
    assert event is not None
    undo_topic(event, by)
    assert (get("perizinan").name, get("perizinan").colour) == ("Perizinan", COLOURS[-1])
    assert change_topic(get("perizinan"), by, name="Perizinan", parent=None, colour=COLOURS[-1]) is None


def test_an_archived_topic_goes_with_those_below_it_and_comes_back_with_them(by: User) -> None:
    add_topic("Perizinan", by)
    add_topic("OSS", by, parent=get("perizinan"))
    add_topic("Lama", by, parent=get("perizinan"))
    archive_topic(get("lama"), by)
    event = archive_topic(get("perizinan"), by)
    assert list_topics() == ()
    assert event is not None
    undo_topic(event, by)
    assert [branch.topic.slug for branch in list_topics()[0].below] == ["oss"], "what was archived before stays so"


def test_mentions_keep_an_archived_topic(by: User) -> None:
    add_topic("Perizinan", by)
    put_under(get("perizinan"), 2)
    archive_topic(get("perizinan"), by)
    assert MentionTopic.objects.filter(topic__slug="perizinan").count() == 2
    assert [branch.mentions for branch in list_topics(archived=True)] == [2]


def test_an_undo_after_somebody_else_s_change_is_refused(by: User) -> None:
    event = add_topic("Perizinan", by)
    change_topic(get("perizinan"), by, name="Izin", parent=None, colour="wood")
    with pytest.raises(TopicError, match="changed"):
        undo_topic(event, by)


def test_a_topic_added_by_mistake_goes_unless_something_is_about_it(by: User) -> None:
    undo_topic(add_topic("Salah", by), by)
    assert not Topic.objects.exists()
    event = add_topic("Terpakai", by)
    put_under(get("terpakai"), 1)
    with pytest.raises(TopicError, match="changed"):
        undo_topic(event, by)


def test_every_act_is_recorded_with_who_and_what(by: User) -> None:
    add_topic("Perizinan", by)
    change_topic(get("perizinan"), by, name="Izin", parent=None, colour="wood")
    archive_topic(get("perizinan"), by)
    archive_topic(get("perizinan"), by, archived=False)
    said = AuditEvent.objects.order_by("id").values_list("actor", "action", "subject")
    assert list(said) == [
        ("hartono", "topic.add", "Perizinan"),
        ("hartono", "topic.change", "Izin"),
        ("hartono", "topic.archive", "Izin"),
        ("hartono", "topic.restore", "Izin"),
    ]


def get_topics() -> list[list[str]]:
    return [sorted(m.topics.values_list("topic__slug", flat=True)) for m in Mention.objects.order_by("id")]


@pytest.fixture
def merged(by: User) -> AuditEvent:
    add_topic("NIB", by)
    add_topic("OSS", by)
    put_under(get("nib"), 3)
    both = Mention.objects.order_by("id")[1]
    MentionTopic.objects.create(mention=both, topic=get("oss"), at=NOW)
    assert count_merge(get("nib"), get("oss")) == Merge(mentions=3, both=1)
    return merge_topic(get("nib"), get("oss"), by)


def test_a_merge_gives_each_mention_the_other_topic_and_leaves_an_event(merged: AuditEvent, by: User) -> None:
    assert get_topics() == [["oss"], ["oss"], ["oss"]]
    assert get("nib").archived
    said = ReviewEvent.objects.order_by("mention").values_list("before", "after", "by__username")
    assert [row[:2] for row in said] == [(["nib"], ["oss"]), (["nib", "oss"], ["oss"]), (["nib"], ["oss"])]
    assert {row[2] for row in said} == {"hartono"}
    assert (merged.action, merged.subject) == ("topic.merge", "NIB")


def test_an_undone_merge_is_as_it_was_but_for_what_was_decided_since(merged: AuditEvent, by: User) -> None:
    last = Mention.objects.order_by("-id")[0]
    set_topics(last, [], by=by)
    undo_act(merged, by)
    assert get_topics() == [["nib"], ["nib", "oss"], []]
    assert not get("nib").archived
    with pytest.raises(TopicError, match="changed"):
        undo_act(merged, by)


@pytest.mark.parametrize("reason", ["itself", "archived", "children"])
def test_what_cannot_be_merged_is_refused_before_anything_moves(by: User, reason: str) -> None:
    add_topic("Perizinan", by)
    add_topic("OSS", by, parent=get("perizinan"))
    add_topic("Lain", by)
    if reason == "archived":
        archive_topic(get("lain"), by)
    one, other = {"itself": ("lain", "lain"), "archived": ("oss", "lain"), "children": ("perizinan", "lain")}[reason]
    with pytest.raises(TopicError, match=reason):
        merge_topic(get(one), get(other), by)

"""Makes items of what was read: identity, thread, times, and what answers what (sources.md's table is its rule).

A WordPress comment is `comment:N` under `post:N`, as its REST interface and its feeds say too; elsewhere it is the
thread's address with the id its markup gives it, else a hash of what it says.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import tzinfo
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from collectors.comments.date import Order, find_date, find_order, read_machine_date
from collectors.comments.read import Draft
from collectors.dates import Stated
from collectors.item import Author, Item
from collectors.site import join_address

_POST_ID = re.compile(r"(?:^|\s)(?:postid|page-id|attachmentid)-(\d+)(?:\s|$)")
_COMMENT_PAGE = re.compile(r"/comment-page-\d+/?$")
_INDONESIAN = re.compile(
    r"\b(?:yang|dan|dengan|untuk|tidak|dari|ini|itu|saya|anda|kami|akan|sudah|pada)\b", re.IGNORECASE
)
_JAKARTA = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True, slots=True)
class Place:
    """What the page says of itself: its address without paging, its thread, its language, its system."""

    address: str
    thread: str
    language: str | None
    wordpress: bool
    zone: tzinfo | None


def read_place(tree: HtmlElement, url: str, zone: tzinfo | None = None, address: str | None = None) -> Place:
    """The page that the comments stand in.

    `zone` is that of times which name none, and `address` that of the first of several pages, where they are known.
    """
    address = address or strip_paging(_find_canonical(tree, url) or url)
    language = _find_language(tree)
    wordpress = _is_wordpress(tree)
    post = _find_post(tree) if wordpress else None
    if zone is None and _is_indonesian(tree, language):
        zone = _JAKARTA
    return Place(address, f"post:{post}" if post else address, language, wordpress, zone)


def make_items(drafts: list[Draft], place: Place) -> list[Item]:
    """The items of a page's drafts, in their order; a comment that the page shows twice is one item."""
    order = find_order([line for draft in drafts for line, _ in draft.moments], place.language)
    if order is None and place.zone is _JAKARTA:
        order = "day"
    seen: Counter[str] = Counter()
    times = [_read_moment(draft, place.zone, order) for draft in drafts]
    identities = [_identify(draft, stated, place, seen) for draft, stated in zip(drafts, times, strict=True)]
    by_draft = {id(draft): identity for draft, identity in zip(drafts, identities, strict=True)}
    by_name = {
        name: identity
        for draft, identity in zip(drafts, identities, strict=True)
        for name in (draft.number, draft.anchor)
        if name
    }
    items: dict[str, Item] = {}
    for draft, stated, identity in zip(drafts, times, identities, strict=True):
        parent = by_name.get(draft.answers or "") or (by_draft.get(id(draft.parent)) if draft.parent else None)
        if identity not in items:
            items[identity] = _make_item(
                draft, stated, identity, None if parent == identity else parent, place, order
            )
    return list(items.values())


def _make_item(
    draft: Draft, stated: Stated | None, identity: str, parent: str | None, place: Place, order: Order | None
) -> Item:
    edited = read_machine_date(draft.edited, place.zone, order) if draft.edited else None
    anchor = draft.anchor or (f"comment-{draft.number}" if place.wordpress and draft.number else None)
    return Item(
        external_id=identity,
        kind="review" if draft.review else "comment",
        url=draft.link or (f"{place.address}#{anchor}" if anchor else place.address),
        title=draft.title,
        text=draft.text,
        author=Author(name=draft.author, url=draft.author_url),
        parent=parent,
        thread=place.thread,
        published=stated.at if stated else None,
        published_precision=stated.precision if stated else None,
        edited=edited.at if edited and stated and edited.at > stated.at else None,
        language=place.language,
        reactions=draft.reactions,
        raw=draft.raw,
    )


def _read_moment(draft: Draft, zone: tzinfo | None, order: Order | None) -> Stated | None:
    for line, machine in draft.moments:
        stated = read_machine_date(line, zone, order) if machine else find_date(line, zone, order)
        if stated is not None:
            return stated
    return None


def _identify(draft: Draft, stated: Stated | None, place: Place, seen: Counter[str]) -> str:
    """What the source calls it, else a hash; "2 jam lalu" changes from poll to poll and so is no part of that."""
    if place.wordpress and draft.number and draft.number.isdigit():
        return f"comment:{draft.number}"
    if draft.identity:
        return draft.identity
    if draft.number or draft.anchor:
        return f"{place.address}#{draft.anchor or draft.number}"
    when = stated.at.isoformat() if stated else ""
    content = "\n".join((place.address, draft.author or "", when, " ".join(draft.text.split())))
    seen[content] += 1
    return sha256(f"{content}\n{seen[content]}".encode()).hexdigest()


def strip_paging(url: str) -> str:
    """The address of the article itself: without fragment, and without the page of its comments."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, True) if name not in ("cpage", "replytocom")]
    return urlunsplit(parts._replace(path=_COMMENT_PAGE.sub("/", parts.path), query=urlencode(kept), fragment=""))


def _find_canonical(tree: HtmlElement, url: str) -> str | None:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            address = join_address(url, link.get("href"))
            return address if address and address.startswith(("http://", "https://")) else None
    return None


def _find_language(tree: HtmlElement) -> str | None:
    language = (tree.get("lang") or tree.get("xml:lang") or "").strip()
    if not language:
        for meta in tree.iter("meta"):
            if (meta.get("http-equiv") or "").lower() == "content-language" or meta.get("property") == "og:locale":
                language = (meta.get("content") or "").strip().replace("_", "-")
                break
    return language[:16] or None


def _is_indonesian(tree: HtmlElement, language: str | None) -> bool:
    tag = (language or "").lower()
    if tag.startswith(("id", "in-", "jv", "su")) or tag == "in":
        return True
    if tag and not tag.startswith("en"):  # themes in English are common on Indonesian sites
        return False
    text = " ".join(text for paragraph in tree.iter("p") for text in paragraph.itertext())[:20_000]
    return len(_INDONESIAN.findall(text)) > 20 and len(_INDONESIAN.findall(text)) > len(text.split()) / 25


def _is_wordpress(tree: HtmlElement) -> bool:
    for element in tree.iter("meta", "link", "script", "input", "img"):
        value = element.get("href") or element.get("src") or element.get("content") or ""
        if (
            "/wp-content/" in value
            or "/wp-includes/" in value
            or value.startswith("WordPress")
            or "/wp-json" in value
        ):
            return True
        if element.get("name") == "comment_post_ID":
            return True
    body = tree.find("body")
    return body is not None and _POST_ID.search(body.get("class") or "") is not None


def _find_post(tree: HtmlElement) -> str | None:
    for field in tree.iter("input"):
        if field.get("name") == "comment_post_ID" and (field.get("value") or "").isdigit():
            return str(int(field.get("value")))
    body = tree.find("body")
    match = _POST_ID.search(body.get("class") or "") if body is not None else None
    if match:
        return match[1]
    for link in tree.iter("link"):
        short = re.search(r"[?&]p=(\d+)$", link.get("href") or "") if link.get("rel") == "shortlink" else None
        if short:
            return short[1]
    return None

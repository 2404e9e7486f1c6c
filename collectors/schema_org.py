"""Comments that a page states for machines: schema.org Comment, Answer and Review in JSON-LD.

The same in microdata is found by comments/find.py, since there the markup of the page carries it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from lxml.html import HtmlElement

from collectors.collector import ParseError
from collectors.comments.author import clean_name
from collectors.comments.read import Draft
from collectors.comments.role import read_id
from collectors.json_body import load_json
from collectors.markup import clean, to_text

_COMMENTS = frozenset(
    {"Comment", "UserComments", "Answer", "Review", "UserReview", "CorrectionComment", "CriticReview"}
)
_BELOW = ("comment", "comments", "acceptedAnswer", "suggestedAnswer", "review", "reviews", "hasPart")
_AROUND = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "about")
_CDATA = re.compile(r"^(?:(?://|/\*)\s*)?<!\[CDATA\[(?:\*/)?|(?:(?://|/\*)\s*)?\]\]>(?:\*/)?$")
MAX_SCRIPTS = 50
MAX_DRAFTS = 5_000


def read_json_ld(tree: HtmlElement) -> list[Draft]:
    """The comments in the page's JSON-LD, each before its answers; scripts that are no JSON say nothing."""
    drafts: list[Draft] = []
    for count, script in enumerate(tree.iter("script")):
        if count < MAX_SCRIPTS and "ld+json" in (script.get("type") or "").lower():
            for draft in _read_script(script.text or ""):
                if len(drafts) < MAX_DRAFTS:
                    drafts.append(draft)
    known = {draft.identity or draft.link: draft for draft in drafts if draft.identity or draft.link}
    for draft in drafts:
        if draft.answers and draft.parent is None:
            draft.parent = known.get(draft.answers)
        draft.answers = None
    return drafts


def _read_script(text: str) -> Iterator[Draft]:
    text = _CDATA.sub("", text.strip()).strip()
    if not any(name in text for name in ("omment", "Answer", "Review")):
        return
    if text.startswith("&"):
        text = unescape(text)
    try:
        # Raw line breaks inside strings are common, and no JSON: blanks say the same there.
        document = load_json(re.sub(r"[\x00-\x1f]", " ", text).encode("utf-8", "replace"), "JSON-LD")
    except ParseError:
        return
    yield from _walk(document, None, False)


def _walk(value: object, parent: Draft | None, below: bool) -> Iterator[Draft]:
    """Comments under a value; `below`: it stands where a comment or an answer belongs."""
    if isinstance(value, list):
        for entry in value:
            yield from _walk(entry, parent, below)
        return
    if not isinstance(value, dict):
        return
    types = value.get("@type")
    names = {str(name).rpartition("/")[2] for name in (types if isinstance(types, list) else [types])}
    # A review at the top of a page is the page's own article; one under a thing is its visitor's.
    is_review = bool(names & {"Review", "UserReview", "CriticReview"})
    draft = _read_node(value, parent, is_review) if names & _COMMENTS and (below or not is_review) else None
    if draft is not None:
        yield draft
    for name in _BELOW:
        yield from _walk(value.get(name), draft or parent, True)
    for name in _AROUND:
        yield from _walk(value.get(name), parent, False)


def _read_node(node: dict[str, object], parent: Draft | None, is_review: bool) -> Draft | None:
    markup = next(
        (_text(node.get(name)) for name in ("text", "commentText", "reviewBody", "description")), ""
    ) or next(
        (
            text
            for name in ("commentText", "reviewBody", "description", "articleBody")
            if (text := _text(node.get(name)))
        ),
        "",
    )
    text = to_text(unescape(markup) if "&lt;" in markup else markup)
    name, address = _read_person(node.get("author") or node.get("creator"))
    dates = [_text(node.get(key)) for key in ("datePublished", "dateCreated", "commentTime", "uploadDate")]
    moments = [(date, True) for date in dates if date]
    if not text or (name is None and not moments):
        return None
    identity, link = _text(node.get("@id")), _text(node.get("url"))
    fragment = (link if "#" in link else identity).rpartition("#")[2]
    number, strength = read_id(fragment)
    return Draft(
        text=text,
        number=number if strength == 3 else None,
        anchor=fragment if strength == 3 else None,
        identity=next((name for name in (identity, link) if name.startswith("http") and "#" in name), None),
        author=name,
        author_url=address,
        moments=moments,
        edited=_text(node.get("dateModified")) or None,
        link=link if link.startswith(("http://", "https://")) else None,
        parent=parent,
        answers=_read_reference(node.get("parentItem")),
        reactions=_read_votes(node),
        review=is_review,
        title=clean(_text(node.get("name")) or _text(node.get("headline"))) or None,
    )


def _read_person(value: object) -> tuple[str | None, str | None]:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        address = _text(value.get("url")) or _text(value.get("sameAs"))
        return clean_name(clean(_text(value.get("name")))), address if address.startswith("http") else None
    return clean_name(clean(_text(value))), None


def _read_reference(value: object) -> str | None:
    if isinstance(value, dict):
        return _text(value.get("@id")) or _text(value.get("url")) or None
    return _text(value) or None


def _read_votes(node: dict[str, object]) -> dict[str, int]:
    votes = {}
    for name, key in (("upvoteCount", "like"), ("downvoteCount", "dislike")):
        value = _text(node.get(name))
        if value.isascii() and value.isdigit() and len(value) < 10 and int(value):
            votes[key] = int(value)
    return votes


def _text(value: object) -> str:
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()

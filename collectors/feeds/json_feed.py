"""JSON Feed 1 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

import json

from collectors.collector import BadItem, ParseError
from collectors.feeds.entry import Document, Entry
from collectors.item import MAX_RAW
from collectors.json_body import RecordError, as_object, get_list, get_object, get_text, load_json


def read_document(text: str, url: str) -> tuple[Document, list[BadItem]]:
    """What a JSON feed says, and the entries that cannot be read."""
    feed = load_json(text.encode("utf-8", "replace"), url)
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ParseError(url, "the answer is JSON, but no JSON Feed (it has no list of items)")
    document, bad = Document(), []
    try:
        document.language, document.next = get_text(feed, "language") or "", get_text(feed, "next_url") or ""
        document.authors, _ = _read_people(feed)
    except RecordError as error:
        raise ParseError(url, f"the JSON Feed cannot be read ({error})") from error
    for item in feed["items"]:
        try:
            document.entries.append(_read_entry(as_object(item, "the entry")))
        except RecordError as error:
            raw = json.dumps(item, ensure_ascii=False)[:MAX_RAW]
            bad.append(BadItem(raw=raw.encode("utf-8", "replace"), reason=str(error)))
    return document, bad


def _read_entry(item: dict[str, object]) -> Entry:
    markup = get_text(item, "content_html")
    people, page = _read_people(item)
    return Entry(
        id=get_text(item, "id") or "",
        link=get_text(item, "url") or get_text(item, "external_url") or "",
        title=get_text(item, "title") or "",
        title_form="text",
        body=markup or get_text(item, "content_text") or get_text(item, "summary") or "",
        body_form="markup" if markup else "text",
        authors=people,
        author_url=page,
        published=get_text(item, "date_published") or "",
        updated=get_text(item, "date_modified") or "",
    )


def _read_people(record: dict[str, object]) -> tuple[tuple[str, ...], str]:
    """Names of the authors, and the page of the first; version 1 has one author, 1.1 a list."""
    people = [as_object(person, "an author") for person in get_list(record, "authors")]
    people = people or [get_object(record, "author")]
    names = tuple(name for person in people if (name := get_text(person, "name")))
    return names, next((page for person in people if (page := get_text(person, "url"))), "")

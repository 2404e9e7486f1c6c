"""A good source's answers: RSS, Atom, JSON Feed, WordPress' REST interface and Isso's, from what it shows now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from tests.torture.town import SHOWN, Good, Notice

Query = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What is sent back."""

    body: bytes
    type: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def render(good: Good, path: str, query: Query, origin: str, now: float) -> Reply:
    """The answer to one request."""
    if good.kind == "wordpress":
        return _wordpress(good, path, query, origin, now)
    if good.kind == "isso":
        return _isso(good, path, query, now)
    notices = good.get_visible(now)[-SHOWN:][::-1]
    return {"rss": _rss, "atom": _atom, "json": _json_feed}[good.kind](good, notices, origin, now)


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _rss(good: Good, notices: list[Notice], origin: str, now: float) -> Reply:
    items = "".join(
        f"<item><title>Kabar {one.number}</title><link>{origin}/{one.number}</link>"
        f'<guid isPermaLink="false">{good.get_external_id(one)}</guid>'
        f"<pubDate>{format_datetime(_at(one.published))}</pubDate>"
        f"<description>{one.get_text(now)}</description></item>"
        for one in notices
    )
    text = (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{good.name}</title><link>{origin}/</link>'
        f"<description>Kabar</description>{items}</channel></rss>"
    )
    return Reply(body=text.encode(), type="application/rss+xml")


def _atom(good: Good, notices: list[Notice], origin: str, now: float) -> Reply:
    entries = "".join(
        f"<entry><id>{good.get_external_id(one)}</id><title>Kabar {one.number}</title>"
        f'<link href="{origin}/{one.number}"/><published>{_at(one.published).isoformat()}</published>'
        f"<updated>{_at(_get_updated(one, now)).isoformat()}</updated>"
        f'<content type="text">{one.get_text(now)}</content></entry>'
        for one in notices
    )
    text = (
        f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>{origin}/</id><title>{good.name}</title>'
        f"<updated>{_at(now).isoformat()}</updated>{entries}</feed>"
    )
    return Reply(body=text.encode(), type="application/atom+xml")


def _json_feed(good: Good, notices: list[Notice], origin: str, now: float) -> Reply:
    items = [
        {
            "id": good.get_external_id(one),
            "url": f"{origin}/{one.number}",
            "title": f"Kabar {one.number}",
            "content_text": one.get_text(now),
            "date_published": _at(one.published).isoformat(),
            "date_modified": _at(_get_updated(one, now)).isoformat(),
        }
        for one in notices
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": good.name, "items": items}
    return Reply(body=json.dumps(feed).encode(), type="application/feed+json")


def _get_updated(notice: Notice, now: float) -> float:
    return notice.edited if notice.edited is not None and notice.is_edited(now) else notice.published


def _answer(document: object, *, status: int = 200, total: int | None = None) -> Reply:
    headers = {} if total is None else {"X-WP-Total": str(total)}
    return Reply(body=json.dumps(document).encode(), status=status, headers=headers)


def _wordpress(good: Good, path: str, query: Query, origin: str, now: float) -> Reply:
    route = path.removeprefix("/wp-json/wp/v2/")
    if route == "posts":
        rows = [_post(good, origin)]
    elif route.startswith("comments"):
        rows = [_comment(one, origin, now) for one in good.get_visible(now)]
    else:
        return _answer({"code": "rest_no_route", "message": "No route"}, status=404)
    if number := route.partition("/")[2]:
        found = [row for row in rows if str(row["id"]) == number]
        refusal = {"code": "rest_comment_invalid_id", "message": "Invalid ID", "data": {"status": 404}}
        return _answer(found[0]) if found else _answer(refusal, status=404)
    rows = [row for row in rows if _is_asked_for(row, query)]
    rows.sort(key=lambda row: int(str(row["id"])), reverse=query.get("order", "desc") == "desc")
    size = int(query.get("per_page", "10"))
    first = int(query.get("offset", str((int(query.get("page", "1")) - 1) * size)))
    return _answer(rows[first : first + size], total=len(rows))


def _is_asked_for(row: Mapping[str, object], query: Query) -> bool:
    return (
        ("include" not in query or str(row["id"]) in query["include"].split(","))
        and ("after" not in query or str(row["date_gmt"]) > query["after"].rstrip("Z"))
        and ("modified_after" not in query or str(row["modified_gmt"]) > query["modified_after"].rstrip("Z"))
    )


def _post(good: Good, origin: str) -> dict[str, object]:
    date = f"{_at(good.start):%Y-%m-%dT%H:%M:%S}"
    return {
        "id": 1,
        "date_gmt": date,
        "modified_gmt": date,
        "link": f"{origin}/buku-tamu/",
        "title": {"rendered": "Buku tamu"},
        "content": {"rendered": "<p>Silakan menulis.</p>"},
        "status": "publish",
        "author": 1,
    }


def _comment(notice: Notice, origin: str, now: float) -> dict[str, object]:
    return {
        "id": notice.number,
        "post": 1,
        "parent": 0,
        "author": 0,
        "author_name": "Warga",
        "author_url": "",
        "date_gmt": f"{_at(notice.published):%Y-%m-%dT%H:%M:%S}",
        "modified_gmt": "",
        "content": {"rendered": f"<p>{notice.get_text(now)}</p>"},
        "link": f"{origin}/buku-tamu/#comment-{notice.number}",
        "status": "approved",
        "type": "comment",
    }


def _isso(good: Good, path: str, query: Query, now: float) -> Reply:
    notices = good.get_visible(now)
    if path.startswith("/id/"):
        found = [one for one in notices if str(one.number) == path.removeprefix("/id/")]
        return _answer(_remark(found[0], now)) if found else _answer({"message": "Not found"}, status=404)
    first, size = int(query.get("offset", "0")), int(query.get("limit", "200"))
    shown = notices[first : first + size]
    thread = {
        "id": None,
        "total_replies": len(notices),
        "hidden_replies": len(notices) - first - len(shown),
        "replies": [{**_remark(one, now), "replies": [], "hidden_replies": 0} for one in shown],
    }
    return _answer(thread)


def _remark(notice: Notice, now: float) -> dict[str, object]:
    return {
        "id": notice.number,
        "parent": None,
        "mode": 1,
        "text": f"<p>{notice.get_text(now)}</p>",
        "author": "Warga",
        "website": None,
        "hash": "0123456789ab",
        "created": notice.published,
        "modified": notice.edited if notice.is_edited(now) else None,
        "likes": 0,
        "dislikes": 0,
    }

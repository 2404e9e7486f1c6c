"""The residents' room: a comment service that answers as Isso does."""

from __future__ import annotations

import json
from datetime import datetime
from html import escape
from typing import Any

from kentongan.demo.city import City, Comment
from kentongan.demo.page import render_page
from kentongan.demo.server import Answer, Query, not_found


def answer_room(city: City, path: str, query: Query, _origin: str, now: datetime) -> Answer:
    """GET /?uri=… (a thread), GET /latest?limit=…, GET /id/N, and the pages the threads stand under."""
    if path == "/" and "uri" in query:
        return _answer_thread(city, query, now)
    if path == "/latest":
        newest = city.get_comments("room", now)[::-1][: int(query.get("limit", "10"))]
        return _json([_describe(comment, now) | {"uri": comment.page} for comment in newest])
    if path.startswith("/id/"):
        found = [c for c in city.get_comments("room", now) if str(c.id) == path.removeprefix("/id/")]
        return _json(_describe(found[0], now)) if found else not_found()
    if path in city.threads:
        title = city.threads[path]
        return Answer(body=render_page(title, f'<h1>{escape(title)}</h1><section id="isso-thread"></section>'))
    return not_found()


def _answer_thread(city: City, query: Query, now: datetime) -> Answer:
    shown = city.get_comments("room", now, query["uri"])
    after = float(query.get("after", "0"))
    replies: dict[int | None, list[dict[str, Any]]] = {}
    for comment in shown:
        if comment.published.timestamp() > after:
            replies.setdefault(comment.parent, []).append(_describe(comment, now))
    roots = [
        row
        | {
            "total_replies": len(replies.get(row["id"], ())),
            "hidden_replies": 0,
            "replies": replies.get(row["id"], []),
        }
        for row in replies.get(None, [])
    ]
    return _json({"id": None, "total_replies": len(roots), "hidden_replies": 0, "replies": roots, "config": {}})


def _describe(comment: Comment, now: datetime) -> dict[str, Any]:
    edited = comment.edit[0].timestamp() if comment.edit and comment.is_edited(now) else None
    return {
        "id": comment.id,
        "parent": comment.parent,
        "created": comment.published.timestamp(),
        "modified": edited,
        "mode": 1,
        "text": f"<p>{escape(comment.get_text(now))}</p>",
        "author": comment.author,
        "website": None,
        "likes": 0,
        "dislikes": 0,
        "notification": 0,
        "hash": f"{comment.id:012x}",
    }


def _json(body: object) -> Answer:
    return Answer(body=json.dumps(body, ensure_ascii=False).encode(), type="application/json")

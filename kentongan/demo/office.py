"""The office's website: pages with threaded comments, and the part of WordPress's REST interface that it offers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html import escape
from typing import Any

from kentongan.demo.city import Article, City, Comment
from kentongan.demo.page import format_date, render_comments, render_page
from kentongan.demo.server import Answer, Query, not_found

_REST = "/wp-json/wp/v2/"


def answer_office(city: City, path: str, query: Query, origin: str, now: datetime) -> Answer:
    """The page or the JSON at a path."""
    if path == "/wp-json/":
        return _json({"name": "Disnaker-PMPTSP Tirtamarga", "namespaces": ["wp/v2"]})
    if path.startswith(_REST):
        return _answer_rest(city, path.removeprefix(_REST), query, origin, now)
    if path == "/":
        return _answer_home(city, origin)
    for article in city.get_articles("office"):
        if path == f"/{article.slug}/":
            return _answer_article(city, article, origin, now)
    return not_found()


def _answer_home(city: City, origin: str) -> Answer:
    links = "".join(
        f'<li><a href="/{a.slug}/">{escape(a.title)}</a> {format_date(a.published)}</li>'
        for a in city.get_articles("office")
    )
    page = render_page("Disnaker-PMPTSP Kota Tirtamarga", f"<ul>{links}</ul>", head=_rest_link(origin))
    return Answer(body=page, headers={"Link": f'<{origin}/wp-json/>; rel="https://api.w.org/"'})


def _answer_article(city: City, article: Article, origin: str, now: datetime) -> Answer:
    text = "".join(f"<p>{escape(part)}</p>" for part in article.paragraphs)
    comments = render_comments(city.get_comments("office", now, article.slug), now)
    main = (
        f"<article><h1>{escape(article.title)}</h1><p>{format_date(article.published)}</p>{text}</article>{comments}"
    )
    page = render_page(article.title, main, head=_rest_link(origin), body_class=f"single postid-{article.id}")
    return Answer(body=page)


def _rest_link(origin: str) -> str:
    return f'<link rel="https://api.w.org/" href="{origin}/wp-json/">'


def _answer_rest(city: City, route: str, query: Query, origin: str, now: datetime) -> Answer:
    collection, _, number = route.partition("/")
    if collection == "posts":
        rows = [_describe_post(article, origin) for article in city.get_articles("office")]
    elif collection == "comments":
        slugs = {article.slug: article.id for article in city.articles if article.site == "office"}
        rows = [_describe_comment(c, slugs[c.page], origin, now) for c in city.get_comments("office", now)]
    else:
        return _json({"code": "rest_no_route", "message": "No route"}, status=404)
    if number:
        return _answer_one(rows, collection, number)
    return _answer_list(rows, query, origin + _REST + collection)


def _answer_one(rows: list[dict[str, Any]], collection: str, number: str) -> Answer:
    for row in rows:
        if str(row["id"]) == number:
            return _json(row)
    code = "rest_comment_invalid_id" if collection == "comments" else "rest_post_invalid_id"
    return _json({"code": code, "message": "Invalid ID", "data": {"status": 404}}, status=404)


def _answer_list(rows: list[dict[str, Any]], query: Query, address: str) -> Answer:
    found = [row for row in rows if _is_asked_for(row, query)]
    key = "id" if query.get("orderby") == "id" else "date_gmt"
    found.sort(key=lambda row: (row[key], row["id"]), reverse=query.get("order", "desc") == "desc")
    size, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
    start = int(query.get("offset", str((page - 1) * size)))
    pages = -(-len(found) // size)
    headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
    if page < pages:
        following = "&".join(f"{name}={value}" for name, value in {**query, "page": str(page + 1)}.items())
        headers["Link"] = f'<{address}?{following}>; rel="next"'
    return _json(found[start : start + size], headers=headers)


def _is_asked_for(row: dict[str, Any], query: Query) -> bool:
    at = row["date_gmt"]
    return (
        ("include" not in query or str(row["id"]) in query["include"].split(","))
        and ("post" not in query or str(row["post"]) in query["post"].split(","))
        and ("after" not in query or at > _gmt(query["after"]))
        and ("before" not in query or at < _gmt(query["before"]))
        and ("modified_after" not in query or row["modified_gmt"] > _gmt(query["modified_after"]))
    )


def _gmt(text: str) -> str:
    moment = datetime.fromisoformat(text.replace(" ", "+"))
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _describe_post(article: Article, origin: str) -> dict[str, Any]:
    address = f"{origin}/{article.slug}/"
    published = article.published.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "id": article.id,
        "date": article.published.strftime("%Y-%m-%dT%H:%M:%S"),
        "date_gmt": published,
        "modified_gmt": published,
        "guid": {"rendered": f"{origin}/?p={article.id}"},
        "slug": article.slug,
        "status": "publish",
        "type": "post",
        "link": address,
        "title": {"rendered": escape(article.title)},
        "content": {"rendered": "".join(f"<p>{escape(part)}</p>\n" for part in article.paragraphs)},
        "excerpt": {"rendered": f"<p>{escape(article.paragraphs[0])}</p>"},
        "author": 1,
        "comment_status": "open",
        "_embedded": {"author": [{"id": 1, "name": article.author, "link": f"{origin}/author/humas/"}]},
    }


def _describe_comment(comment: Comment, post: int, origin: str, now: datetime) -> dict[str, Any]:
    return {
        "id": comment.id,
        "post": post,
        "parent": comment.parent or 0,
        "author": 0,
        "author_name": comment.author,
        "author_url": "",
        "date": comment.published.strftime("%Y-%m-%dT%H:%M:%S"),
        "date_gmt": comment.published.strftime("%Y-%m-%dT%H:%M:%S"),
        "content": {"rendered": f"<p>{escape(comment.get_text(now))}</p>\n"},
        "link": f"{origin}/{comment.page}/#comment-{comment.id}",
        "status": "approved",
        "type": "comment",
    }


def _json(body: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    return Answer(
        status=status,
        body=json.dumps(body, ensure_ascii=False).encode(),
        type="application/json",
        headers=headers or {},
    )

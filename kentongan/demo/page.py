"""The HTML that the city's sites share: a plain page, and comments in the markup of classic WordPress themes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape

from kentongan.demo.city import ZONE, Comment

_MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]


def format_date(moment: datetime) -> str:
    """As an Indonesian page prints it: "24 November 2026 10.46 WIB"."""
    local = moment.astimezone(ZONE)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year} {local:%H.%M} WIB"


def render_page(title: str, main: str, *, head: str = "", body_class: str = "") -> bytes:
    """A whole page around its main part (markup)."""
    return (
        f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head>'
        f'<body class="{body_class}"><header><p>{escape(title)}</p><nav><a href="/">Beranda</a></nav></header>'
        f"<main>{main}</main><footer><p>Kota Tirtamarga, kota contoh.</p></footer></body></html>"
    ).encode()


def render_comments(comments: Iterable[Comment], now: datetime) -> str:
    """Threaded comments, oldest first, answers inside what they answer."""
    shown = list(comments)
    ids = {comment.id for comment in shown}
    answers: dict[int | None, list[Comment]] = {}
    for comment in shown:
        answers.setdefault(comment.parent if comment.parent in ids else None, []).append(comment)
    if not shown:
        return ""
    return f'<section id="comments"><h2>{len(shown)} komentar</h2>{_render_level(answers, None, now)}</section>'


def _render_level(answers: dict[int | None, list[Comment]], parent: int | None, now: datetime) -> str:
    level = "".join(
        f'<li id="comment-{comment.id}" class="comment">{_render_comment(comment, now)}'
        f"{_render_level(answers, comment.id, now)}</li>"
        for comment in answers.get(parent, ())
    )
    kind = "children" if parent else "comment-list"
    return f'<ol class="{kind}">{level}</ol>' if level else ""


def _render_comment(comment: Comment, now: datetime) -> str:
    stamp = comment.published.astimezone(ZONE).isoformat()
    return (
        '<article class="comment-body"><footer class="comment-meta">'
        f'<div class="comment-author vcard"><b class="fn">{escape(comment.author)}</b></div>'
        f'<div class="comment-metadata"><a href="#comment-{comment.id}">'
        f'<time datetime="{stamp}">{format_date(comment.published)}</time></a></div></footer>'
        f'<div class="comment-content"><p>{escape(comment.get_text(now))}</p></div></article>'
    )

"""Two newspapers: Suara Tirtamarga offers a feed and comments in its pages, Kabar Tirtamarga only a news sitemap."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from kentongan.demo.city import Article, City
from kentongan.demo.page import format_date, render_comments, render_page
from kentongan.demo.server import Answer, Query, not_found

NAMES = {"suara": "Suara Tirtamarga", "kabar": "Kabar Tirtamarga"}


def answer_suara(city: City, path: str, _query: Query, origin: str, now: datetime) -> Answer:
    """Suara Tirtamarga: /feed/ and the pages."""
    if path == "/feed/":
        return Answer(body=_render_feed(city, origin), type="application/rss+xml; charset=utf-8")
    if path == "/robots.txt":
        return Answer(body=b"User-agent: *\nDisallow: /redaksi/\n", type="text/plain")
    return _answer_page(city, "suara", path, origin, now)


def answer_kabar(city: City, path: str, _query: Query, origin: str, now: datetime) -> Answer:
    """Kabar Tirtamarga: robots.txt names the news sitemap; no feed."""
    if path == "/robots.txt":
        return Answer(body=f"User-agent: *\nSitemap: {origin}/sitemap-news.xml\n".encode(), type="text/plain")
    if path == "/sitemap-news.xml":
        return Answer(body=_render_sitemap(city, origin), type="application/xml")
    return _answer_page(city, "kabar", path, origin, now)


def _answer_page(city: City, site: str, path: str, origin: str, now: datetime) -> Answer:
    articles = city.get_articles(site)
    if path == "/":
        links = "".join(f'<li><a href="/berita/{a.slug}">{escape(a.title)}</a></li>' for a in articles)
        feed = f'<link rel="alternate" type="application/rss+xml" href="{origin}/feed/">' if site == "suara" else ""
        return Answer(body=render_page(NAMES[site], f"<ul>{links}</ul>", head=feed))
    for article in articles:
        if path == f"/berita/{article.slug}":
            return Answer(body=_render_article(city, article, origin, now))
    return not_found()


def _render_article(city: City, article: Article, origin: str, now: datetime) -> bytes:
    address = f"{origin}/berita/{article.slug}"
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.published.isoformat(),
        "author": {"@type": "Person", "name": article.author},
        "publisher": {"@type": "Organization", "name": NAMES[article.site]},
        "mainEntityOfPage": address,
    }
    ready = json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")
    head = f'<link rel="canonical" href="{address}"><script type="application/ld+json">{ready}</script>'
    text = "".join(f"<p>{escape(part)}</p>" for part in article.paragraphs)
    other = city.get_articles(article.site)[0]
    aside = f'<p>Baca juga: <a href="/berita/{other.slug}">{escape(other.title)}</a></p>' if other != article else ""
    main = (
        f'<article><h1>{escape(article.title)}</h1><p class="byline">{escape(article.author)} | '
        f"{format_date(article.published)}</p>{text}{aside}</article>"
        + render_comments(city.get_comments(article.site, now, article.slug), now)
    )
    return render_page(article.title, main, head=head)


def _render_feed(city: City, origin: str) -> bytes:
    items = "".join(
        f"<item><title>{escape(a.title)}</title><link>{origin}/berita/{a.slug}</link>"
        f'<guid isPermaLink="true">{origin}/berita/{a.slug}</guid>'
        f"<pubDate>{format_datetime(a.published)}</pubDate>"
        f"<dc:creator>{escape(a.author)}</dc:creator><description>{escape(a.paragraphs[0])}</description></item>"
        for a in city.get_articles("suara")
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{NAMES['suara']}</title><link>{origin}/</link><description>Berita kota</description>"
        f"<language>id</language>{items}</channel></rss>"
    ).encode()


def _render_sitemap(city: City, origin: str) -> bytes:
    entries = "".join(
        f"<url><loc>{origin}/berita/{a.slug}</loc><news:news><news:publication><news:name>{NAMES['kabar']}</news:name>"
        f"<news:language>id</news:language></news:publication>"
        f"<news:publication_date>{a.published.astimezone(UTC).isoformat()}</news:publication_date>"
        f"<news:title>{escape(a.title)}</news:title></news:news></url>"
        for a in city.get_articles("kabar")
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{entries}</urlset>'
    ).encode()

"""What a page says about itself outside its text: meta tags, JSON-LD, canonical address, language, publisher."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from collectors.item import MAX_TITLE
from collectors.jsonld import Node, get_nodes, get_string, get_types, read_jsonld
from collectors.site import is_same_site

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ARTICLE_TYPES = {
    "NewsArticle", "Article", "BlogPosting", "ReportageNewsArticle", "AnalysisNewsArticle",
    "BackgroundNewsArticle", "OpinionNewsArticle", "ReviewNewsArticle", "LiveBlogPosting", "TechArticle",
    "ScholarlyArticle", "Report", "SocialMediaPosting", "AdvertiserContentArticle", "SatiricalArticle",
}  # fmt: skip
_WORD = re.compile(r"\w+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The page's own statements, each as it stands there."""

    url: str  # where the page was fetched
    metas: Mapping[str, tuple[str, ...]]  # lower-case name, property or itemprop
    article: Node  # the JSON-LD record of the article; empty where there is none
    nodes: tuple[Node, ...]
    canonical: str  # the declared canonical address where it can be trusted, else `url` without fragment
    language: str | None
    titles: tuple[str, ...]  # statements of the title, the most trusted first; a site's name may hang on them
    site: str | None  # the outlet's name

    def get(self, *names: str) -> str | None:
        """The first meta tag of one of the names that has content."""
        return next((self.metas[name][0] for name in names if name in self.metas), None)


def read_head(tree: HtmlElement, url: str) -> Head:
    """Collect what the page says about itself."""
    metas = _read_metas(tree)
    nodes = read_jsonld(tree)
    title = _squeeze(tree.findtext(".//title") or "")
    article = _find_article(nodes, title)
    return Head(
        url=url,
        metas=metas,
        article=article,
        nodes=nodes,
        canonical=_find_canonical(tree, url, metas, article),
        language=_find_language(tree, metas, article),
        titles=_find_titles(metas, article, title),
        site=_find_site(metas, article, nodes),
    )


def words(text: str) -> str:
    """A text for comparison: casefolded words, one space between."""
    return " ".join(_WORD.findall(text.casefold()))


def _read_metas(tree: HtmlElement) -> dict[str, tuple[str, ...]]:
    metas: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        content = _squeeze(meta.get("content") or "")
        if not content:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            for name in (meta.get(attribute) or "").lower().split():
                metas.setdefault(name, []).append(content)
    return {name: tuple(values) for name, values in metas.items()}


def _find_article(nodes: tuple[Node, ...], title: str) -> Node:
    """The record of this page's article: the one whose headline is in the title, else the first."""
    articles = [node for node in nodes if get_types(node) & _ARTICLE_TYPES]
    plain = words(title)
    for node in articles:
        headline = words(get_string(node, "headline", "name") or "")
        if headline and headline in plain:
            return node
    return articles[0] if articles else {}


def _find_titles(metas: Mapping[str, tuple[str, ...]], article: Node, title: str) -> tuple[str, ...]:
    stated = [get_string(article, "headline"), *(metas.get(name, ("",))[0] for name in ("og:title", "twitter:title"))]
    found = [
        *stated,
        title,
        *(metas.get(name, ("",))[0] for name in ("headline", "title", "dc.title", "dcterms.title")),
    ]
    return tuple(dict.fromkeys(_squeeze(text[:MAX_TITLE]) for text in found if text))


def _find_canonical(tree: HtmlElement, url: str, metas: Mapping[str, tuple[str, ...]], article: Node) -> str:
    """The declared address of this page, if it lies on the same site and is not its front page."""
    base = next((tag.get("href") for tag in tree.iter("base") if tag.get("href")), None)
    links = [link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    for address in (*links, *metas.get("og:url", ()), get_string(article, "url")):
        try:
            full: str = urldefrag(urljoin(urljoin(url, base or ""), (address or "").strip())).url
            parts = urlsplit(full)
        except ValueError:
            continue
        front = parts.path in {"", "/"} and not parts.query
        web = parts.scheme in {"http", "https"} and "@" not in parts.netloc
        if address and web and not front and is_same_site(full, url):
            return full
    return urldefrag(url).url


def _find_language(tree: HtmlElement, metas: Mapping[str, tuple[str, ...]], article: Node) -> str | None:
    root = next(tree.iter("html"), tree)
    found = (
        root.get("lang"),
        root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        root.get("xml:lang"),
        get_string(article, "inLanguage"),
        *(metas.get(name, (None,))[0] for name in ("og:locale", "content-language", "language", "dc.language")),
    )
    return next((text.strip() for text in found if text and _LANGUAGE.fullmatch(text.strip())), None)


def _find_site(metas: Mapping[str, tuple[str, ...]], article: Node, nodes: tuple[Node, ...]) -> str | None:
    for publisher in get_nodes(article, "publisher"):
        if name := get_string(publisher, "name") or _name_of(get_string(publisher, "@id"), nodes):
            return _squeeze(name)
    for name in ("og:site_name", "application-name", "dc.publisher", "publisher"):
        if name in metas and "/" not in metas[name][0]:
            return metas[name][0]
    sites = (node for node in nodes if get_types(node) & {"WebSite", "NewsMediaOrganization"})
    return next((name for node in sites if (name := get_string(node, "name"))), None)


def _name_of(identity: str | None, nodes: tuple[Node, ...]) -> str | None:
    """The name of the record that another one points to by its @id."""
    found = (node for node in nodes if identity and node.get("@id") == identity)
    return next((name for node in found if (name := get_string(node, "name"))), None)


def _squeeze(text: str) -> str:
    return " ".join(text.split())

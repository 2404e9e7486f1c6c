"""One entry of a feed between its markup and its item: what every dialect says, in one shape, then made an Item.

Reading an entry is cheap; cleaning its markup is not. So an entry has a digest, and a known one stops there.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from hashlib import blake2b, sha256
from html import unescape
from typing import Literal
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from collectors.dates import parse_date
from collectors.item import MAX_AUTHOR, MAX_RAW, MAX_TITLE, Author, Item, Kind, cut
from collectors.markup import clean, to_line, to_text

# "unsure": RSS calls titles plain text, and half of its writers send markup.
Form = Literal["text", "markup", "unsure"]


@dataclass(slots=True, kw_only=True)
class Entry:
    """What one entry says, as it stands in the document."""

    id: str = ""
    link: str = ""
    title: str = ""
    title_form: Form = "unsure"
    body: str = ""
    body_form: Form = "markup"
    authors: tuple[str, ...] = ()
    author_url: str = ""
    published: str = ""
    updated: str = ""
    outlet: str = ""  # the <source> an aggregator took it from
    reply_to: str = ""  # thr:in-reply-to
    post_id: str = ""  # WordPress' number of a post, where its feed tells it

    def get_digest(self) -> str:
        """A short hash of all it says: the same entry, the same digest."""
        said = repr([getattr(self, name) for name in self.__slots__])
        return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()


@dataclass(slots=True, kw_only=True)
class Document:
    """What a feed says, in whatever dialect."""

    entries: list[Entry] = field(default_factory=list)
    language: str = ""
    generator: str = ""
    authors: tuple[str, ...] = ()  # of entries that name none (Atom)
    next: str = ""  # RFC 5005: rel="next" or "prev-archive"
    left_out: int = 0  # entries of a very long document that were not read


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What entries are read against."""

    url: str
    zone: tzinfo = UTC
    language: str | None = None
    authors: tuple[str, ...] = ()
    wordpress: bool = False  # the feed was made by WordPress
    wordpress_posts: bool = False  # give its posts the identity that its REST interface gives them


_COMMENT_ID = re.compile(r"#comment-(\d+)$")
_POST_COMMENT_ID = re.compile(r"[?&](?:p|page_id|attachment_id)=(\d+)(?:&[^#]*)?#comment-(\d+)$")
_POST_ID = re.compile(r"[?&](?:p|page_id|attachment_id)=(\d+)$")
_ISSO_ID = re.compile(r"^tag:[^/]*:/isso/\d+/\d+$")
_COMMENT_LINK = re.compile(r"#(?:comment-|isso-|c)\d+$")
# WordPress writes its threads into the text, in the site's language: "In reply to <a href="…#comment-7">Ani</a>."
_IN_REPLY_TO = re.compile(
    r"""^\s*(?:<p>)?[^<\n]{0,60}<a\s[^<>]*?href=["'][^"'<>]*\#comment-(\d+)["'][^<>]*>[^<]{0,300}</a>[^<\n]{0,20}"""
    r"""(?:</p>\s*|(?:<br\s*/?>\s*)+|\n\s*|$)""",
    re.IGNORECASE,
)
_LOOKS_LIKE_MARKUP = re.compile(r"</[a-zA-Z][\w-]*\s*>|&#?\w+;|<(?:br|img|hr|b|i|em|strong)\b[^<>]*>", re.IGNORECASE)
_NAMED_MAIL = re.compile(
    r"(?P<mail>\S+@\S+?)\s*\((?P<name>[^()]+)\)|(?P<name2>[^<>]+?)\s*[<(](?P<mail2>\S+@[^\s<>()]+)[>)]"
)
_UNSTORABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
MAX_ID = 2_000  # characters; a longer identity is kept as its hash, since an index has to hold it


def get_identity(entry: Entry, place: Place, useless: Container[str] = ()) -> str:
    """What tells this entry from all others of its source: its guid, else its link, else a hash of what it says.

    A guid or link in `useless` tells nothing and is passed over.
    """
    guid = _storable(entry.id)
    if match := _get_comment_match(guid, place):
        return f"comment:{match[match.lastindex or 1]}"
    if place.wordpress_posts and (post := _get_post_number(entry, guid)):
        return f"post:{post}"
    link = _storable(get_link(entry, place))
    identity = next((name for name in (guid, link) if name and name not in useless), None)
    if identity is None:
        said = "\n".join((to_line(entry.title), entry.published or entry.updated, to_text(entry.body)))
        return "sha256:" + sha256(said.encode()).hexdigest()
    return identity if len(identity) <= MAX_ID else "sha256:" + sha256(identity.encode()).hexdigest()


def find_useless(entries: Iterable[Entry], place: Place) -> set[str]:
    """Guids and links that name three or more different entries of one document, and so name none of them."""
    heads: dict[str, set[str]] = {}
    for entry in entries:
        for name in {entry.id.strip(), get_link(entry, place)} if entry.id else {get_link(entry, place)}:
            heads.setdefault(name, set()).add(entry.title or entry.body)
    return {name for name, said in heads.items() if len(said) > 2}


def _storable(name: str) -> str:
    return name if name.isprintable() else _UNSTORABLE.sub("", name).strip()


def _get_comment_match(guid: str, place: Place) -> re.Match[str] | None:
    if "#comment-" not in guid:
        return None
    return _POST_COMMENT_ID.search(guid) or (_COMMENT_ID.search(guid) if place.wordpress else None)


def _get_post_number(entry: Entry, guid: str) -> str | None:
    match = _POST_ID.search(guid)
    return entry.post_id or (match[1] if match else None)


def get_link(entry: Entry, place: Place) -> str:
    """The address of an entry, absolute, and out of the redirects that alert services wrap round it."""
    link = entry.link
    if not link:
        return ""
    try:
        if not link.startswith(("http://", "https://")):
            link = urljoin(place.url, link)
        if "url" in link:
            link = _unwrap(link)
        return link if urlsplit(link).scheme in {"http", "https"} else ""
    except ValueError:  # "http://[" is no address; the entry is kept without one
        return ""


def as_link(guid: str) -> str:
    """A guid as the link of an entry that has none, if it can be one."""
    return guid if guid.startswith(("http://", "https://", "/")) else ""


def _unwrap(link: str) -> str:
    parts = urlsplit(link)
    host = parts.hostname or ""
    google = re.fullmatch(r"(?:www\.)?google(?:\.[a-z]{2,3}){1,2}", host) and parts.path == "/url"
    bing = host in {"www.bing.com", "bing.com"} and parts.path.endswith("/apiclick.aspx")
    if not (google or bing):
        return link
    query = parse_qs(parts.query)
    real = (query.get("url") or query.get("q") or [""])[0]
    return real if real.startswith(("http://", "https://")) else link


def make_item(entry: Entry, place: Place, identity: str) -> Item:
    """The item of an entry: its markup cleaned, its dates and its people read."""
    url = get_link(entry, place) or None
    comment = _is_comment(entry, identity, url)
    reply = _IN_REPLY_TO.match(entry.body) if identity.startswith("comment:") else None
    body = entry.body[reply.end() :] if reply else entry.body
    outlet = clean(entry.outlet, MAX_AUTHOR) or None
    stated = parse_date(entry.published or entry.updated, place.zone)
    edited = parse_date(entry.updated, place.zone) if entry.published and entry.updated else None
    kind: Kind = "comment" if comment else "article"
    return Item(
        external_id=identity,
        kind=kind,
        url=url,
        title=None if identity.startswith("comment:") or _ISSO_ID.match(identity) else _read_title(entry, outlet),
        text=_read_body(entry, body),
        author=_read_author(entry, place),
        parent=f"comment:{reply[1]}" if reply else _get_parent(entry, identity),
        thread=_get_thread(entry, url) if comment else None,
        published=stated.at if stated else None,
        published_precision=stated.precision if stated else None,
        edited=edited.at if edited and stated and edited.at > stated.at else None,
        language=place.language,
        publisher=outlet,
        raw=_get_raw(entry),
    )


def _get_parent(entry: Entry, identity: str) -> str | None:
    """What thr:in-reply-to names; the post itself is no parent of a WordPress comment, as in its REST interface."""
    if not identity.startswith("comment:"):
        return clean(entry.reply_to, MAX_ID) or None
    match = _COMMENT_ID.search(entry.reply_to.strip())
    return f"comment:{match[1]}" if match else None


def _read_body(entry: Entry, body: str) -> str:
    markup = entry.body_form == "markup" or (entry.body_form == "unsure" and _looks_like_markup(body))
    return to_text(body) if markup else clean(body)


def _is_comment(entry: Entry, identity: str, url: str | None) -> bool:
    if identity.startswith("comment:") or entry.reply_to or _ISSO_ID.match(identity):
        return True
    return url is not None and "#" in url and _COMMENT_LINK.search(url) is not None


def _get_thread(entry: Entry, url: str | None) -> str | None:
    """What the conversation stands under: WordPress' post, else the page that the comment is on."""
    post = _POST_COMMENT_ID.search(entry.id.strip())
    return f"post:{post[1]}" if post else (urldefrag(url)[0] if url else None)


def _read_title(entry: Entry, outlet: str | None) -> str | None:
    markup = entry.title_form == "markup" or (entry.title_form == "unsure" and _looks_like_markup(entry.title))
    title = to_line(entry.title) if markup else " ".join(clean(entry.title, MAX_TITLE).split())
    if outlet and title.endswith(f" - {outlet}"):  # Google News: "Headline - Publisher"
        title = title.removesuffix(f" - {outlet}").rstrip()
    return title or None


def _looks_like_markup(text: str) -> bool:
    return ("<" in text or "&" in text) and _LOOKS_LIKE_MARKUP.search(text) is not None


def _read_author(entry: Entry, place: Place) -> Author:
    names = entry.authors or place.authors
    if not names:
        return Author()
    name = ", ".join(dict.fromkeys(filter(None, map(_read_name, names))))
    url = entry.author_url if entry.author_url.startswith(("http://", "https://")) else None
    return Author(name=cut(name, MAX_AUTHOR) or None, url=url)


def _read_name(text: str) -> str:
    """The name in "humas@kota.example (Humas)" and its like; the text itself where there is no address in it."""
    text = unescape(text)
    match = _NAMED_MAIL.fullmatch(text.strip()) if "@" in text else None
    return clean((match["name"] or match["name2"]) if match else text, MAX_AUTHOR).strip(' "')


def _get_raw(entry: Entry) -> str | None:
    """The entry's own markup, where the text alone would lose something."""
    if entry.body_form == "text" or "<" not in entry.body:
        return None
    return entry.body[:MAX_RAW].replace("\0", "").encode("utf-8", "replace").decode()

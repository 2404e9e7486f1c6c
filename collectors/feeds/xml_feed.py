"""The usual feed, read quickly: well-formed RSS 0.9x and 2.0, RSS 1.0 and Atom, without anything unusual in it.

Whatever is unusual is left to feeds/loose.py, which must give the same items (tests/test_collectors_feed_paths.py).
"""

from __future__ import annotations

from lxml import etree

from collectors.feeds.entry import Document, Entry, Form, as_link

_ATOM = "{http://www.w3.org/2005/Atom}"
_ATOM_03 = "{http://purl.org/atom/ns#}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_RSS_1 = ("{http://purl.org/rss/1.0/}", "{http://my.netscape.com/rdf/simple/0.9/}")
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_REPLY = "{http://purl.org/syndication/thread/1.0}in-reply-to"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# What an element of an entry holds. A second element of the same meaning is unusual, except for "extra".
_TEXTS = {
    "title": "title",
    "link": "link",
    "guid": "id",
    "description": "description",
    "{http://purl.org/rss/1.0/modules/content/}encoded": "content",
    "pubDate": "published",
    f"{_TERMS}issued": "published",
    f"{_DC}date": "updated",
    f"{_TERMS}modified": "updated",
    f"{_TERMS}created": "created",
    f"{_ATOM}id": "id",
    f"{_ATOM}published": "published",
    f"{_ATOM}updated": "updated",
    f"{_ATOM_03}id": "id",
    f"{_ATOM_03}issued": "published",
    f"{_ATOM_03}modified": "updated",
    f"{_ATOM_03}created": "created",
    "{com-wordpress:feed-additions:1}post-id": "post_id",
    "{http://rssnamespace.org/feedburner/ext/1.0}origLink": "original",
    "author": "author",
    f"{_DC}creator": "author",
    f"{_DC}author": "author",
    f"{_DC}description": "extra",
    f"{_MEDIA}description": "extra",
    "{http://www.itunes.com/dtds/podcast-1.0.dtd}summary": "extra",
}
_TEXTS |= {f"{rss}{name}": name for rss in _RSS_1 for name in ("title", "link", "description")}
_UNUSUAL_NAMES = {f"{_DC}title", f"{_MEDIA}title", "body", "{http://www.w3.org/1999/xhtml}body", "fullitem"}
_FORMS: dict[str, Form] = {"text": "text", "text/plain": "text", "html": "markup", "text/html": "markup"}


class UnusualError(Exception):
    """The document is no business of the quick path."""


def parse_xml(text: str) -> etree._Element:
    """The tree of a document that has no DOCTYPE; XMLSyntaxError if it is not well-formed."""
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(text.encode("utf-8", "replace"), parser)


def read_document(text: str) -> Document:
    """What a usual feed says; UnusualError for what has to be read by feedparser, XMLSyntaxError for no XML."""
    root = parse_xml(text)
    if "xml:base" in text:
        raise UnusualError
    if root.tag == "rss":
        return _read_rss(root)
    if root.tag == f"{_RDF}RDF":
        return _read_rdf(root)
    if root.tag in {f"{_ATOM}feed", f"{_ATOM_03}feed"}:
        return _read_atom(root)
    raise UnusualError


def _read_rss(root: etree._Element) -> Document:
    channel = root.find("channel")
    if channel is None or root.find("item") is not None:
        raise UnusualError
    items = channel.findall("item")
    if len(items) != sum(1 for _ in root.iter("{*}item", "{*}entry")):
        raise UnusualError
    document = Document(
        entries=[_read_entry(item) for item in items],
        language=_text_of(channel.find("language")) or _text_of(channel.find(f"{_DC}language")),
        generator=_text_of(channel.find("generator")),
        next=_find_next(channel),
    )
    document.language = document.language or root.get(_LANG, "")
    return document


def _read_rdf(root: etree._Element) -> Document:
    names = {f"{rss}item" for rss in _RSS_1}
    items = [child for child in root if child.tag in names]
    if len(items) != sum(1 for _ in root.iter("{*}item", "{*}entry")):
        raise UnusualError
    channel = next((child for child in root if child.tag in {f"{rss}channel" for rss in _RSS_1}), None)
    language = "" if channel is None else _text_of(channel.find(f"{_DC}language"))
    document = Document(language=language, next=_find_next(channel))
    for item in items:
        entry = _read_entry(item)
        entry.id = entry.id or item.get(f"{_RDF}about", "").strip()
        document.entries.append(entry)
    return document


def _read_atom(root: etree._Element) -> Document:
    atom = root.tag.removesuffix("feed")
    items = root.findall(f"{atom}entry")
    if len(items) != sum(1 for _ in root.iter("{*}item", "{*}entry")):
        raise UnusualError
    generator = root.find(f"{atom}generator")
    people = [_read_person(child)[0] for child in root.findall(f"{atom}author")]
    return Document(
        entries=[_read_entry(item) for item in items],
        language=_text_of(root.find(f"{_DC}language")) or root.get(_LANG, ""),
        generator="" if generator is None else f"{_text_of(generator)} {generator.get('uri', '')}".strip(),
        authors=tuple(filter(None, people)),
        next=_find_next(root),
    )


def _find_next(feed: etree._Element | None) -> str:
    """The address of older entries: RFC 5005, rel="next" (a paged feed) or "prev-archive" (an archived one)."""
    for link in () if feed is None else feed.findall(f"{_ATOM}link"):
        if link.get("rel") in {"next", "prev-archive"} and link.get("href"):
            return link.get("href", "").strip()
    return ""


def _text_of(element: etree._Element | None) -> str:
    if element is None:
        return ""
    if len(element):
        raise UnusualError
    return (element.text or "").strip()


def _read_entry(item: etree._Element) -> Entry:
    """An entry out of its children: most are one text of known meaning, `_read_special` reads the others."""
    entry = Entry()
    said: dict[str, str] = {}
    bodies: list[tuple[str, Form]] = []
    for child in item:
        tag = child.tag
        name = _TEXTS.get(tag)
        if name is None:
            _read_special(entry, child, tag, bodies)
            continue
        text = _text_of(child)
        if name == "author":
            entry.authors += (text,)
        elif name in {"description", "content", "extra"}:
            if child.keys():
                raise UnusualError
            bodies.insert(0 if name == "content" else len(bodies), (text, "unsure" if name == "extra" else "markup"))
        if name in said and name not in {"author", "extra"}:
            raise UnusualError
        said[name] = text
        if name == "id" and child.get("isPermaLink", "true") == "true":
            said["permalink"] = as_link(text)
    return _fill(entry, said, bodies)


def _fill(entry: Entry, said: dict[str, str], bodies: list[tuple[str, Form]]) -> Entry:
    entry.id = said.get("id", "")
    entry.link = said.get("original") or entry.link or said.get("link") or said.get("permalink", "")
    entry.title = entry.title or said.get("title", "")
    entry.published = said.get("published") or said.get("created", "")
    entry.updated = said.get("updated", "")
    entry.post_id = said.get("post_id", "")
    entry.authors = tuple(filter(None, entry.authors))
    if bodies:
        entry.body, entry.body_form = choose_body(bodies)
    return entry


def choose_body(bodies: list[tuple[str, Form]]) -> tuple[str, Form]:
    """The text of an entry: the first that was found, or the longest where the first is a mere teaser beside it."""
    longest = max(bodies, key=lambda body: len(body[0]))
    return bodies[0] if 2 * len(bodies[0][0]) >= len(longest[0]) else longest


def _read_special(entry: Entry, child: etree._Element, tag: str, bodies: list[tuple[str, Form]]) -> None:
    """An element with attributes or children that mean something to us."""
    name = tag.removeprefix(_ATOM).removeprefix(_ATOM_03)
    if name == "link" and name != tag:
        if not child.get("href"):
            raise UnusualError
        if child.get("rel", "alternate") == "alternate" and not entry.link:
            entry.link = _read_alternate(child)
    elif name in {"title", "summary", "content"} and name != tag:
        _read_construct(entry, child, name, bodies)
    elif name == "author":
        person, url = _read_person(child)
        entry.authors += (person,)
        entry.author_url = entry.author_url or url
    elif name == "source":
        title = child if name == tag else child.find(tag.replace("source", "title"))
        if title is not None and title.get("type", "text") not in _FORMS:
            raise UnusualError
        entry.outlet = _text_of(title)
    elif tag == _REPLY:
        entry.reply_to = child.get("ref", "").strip()
    elif tag == f"{_MEDIA}group":
        bodies += [(_text_of(text), "unsure") for text in child.findall(f"{_MEDIA}description")]
    elif tag in _UNUSUAL_NAMES or name in {"item", "entry"}:
        raise UnusualError


def _read_alternate(link: etree._Element) -> str:
    if link.get("type", "text/html") not in {"text/html", "application/xhtml+xml"}:
        raise UnusualError
    return link.get("href", "").strip()


def _read_construct(entry: Entry, child: etree._Element, name: str, bodies: list[tuple[str, Form]]) -> None:
    """An Atom title, summary or content; inline XHTML, base64 and types that are no text are unusual."""
    form = _FORMS.get(child.get("type", "text"))
    if form is None or child.get("mode", "escaped") not in {"escaped", "xml"} or child.get("src"):
        raise UnusualError
    text = _text_of(child)
    if name == "title":
        if entry.title:
            raise UnusualError
        entry.title, entry.title_form = text, form
    else:
        if (parent := child.getparent()) is not None and parent.tag == "item":
            raise UnusualError  # Atom's text beside RSS's own
        bodies.insert(0, (text, form))


def _read_person(author: etree._Element) -> tuple[str, str]:
    """Name (else mail address) and address of an Atom person."""
    said = {etree.QName(child).localname: _text_of(child) for child in author}
    if not said:
        raise UnusualError
    return said.get("name") or said.get("email", ""), said.get("uri") or said.get("url", "")

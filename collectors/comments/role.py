"""What the names in a page's markup say: which element is a comment, which holds its text, its author, its time.

Pages are written by thousands of systems, but their class names are made of few words: these tables are the words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from collectors.comments.word import (
    AUTHOR,
    BODY,
    DATE,
    DROP,
    ITEM,
    META,
    NO_ITEM,
    NOUNS,
    OTHER_NOUNS,
    PLURALS,
    REPLIES,
    SECTION,
    SOMEWHERE_ELSE,
    TEXT,
)

Role = Literal["text", "author", "date", "edited", "title", "meta", "drop", "replies", "likes"]

_SPLIT = re.compile(r"[A-ZÄÖÜ]+(?![a-zäöü])|[A-ZÄÖÜ]?[a-zäöüß]+|\d+")
# Words that stand together in lower case: "inlinecontent", "relativetime", "postbody".
_PAIR = re.compile(
    r"^(post|msg|message|inline|entry|user|reply|gb|main|full|relative|item|text|guest)"
    r"(content|text|body|author|name|date|time|meta|header|info)$"
)
_STEM = re.compile(r"^(kommentar|komentar|comentario|comment|review|testimonial|guestbook)(e|s)?(?=[a-z]{2})")
_ID = re.compile(
    r"^(?:[a-z]{1,7}[-_])?(?:wpd-comm|comment|comments|komentar|kommentar|comm|comentario|c|cmt|commentbody|cmnt"
    r"|review|testimoni|gb|guestbook|entry|reply|answer|jc-item|comment-id|kommentar-id|msg|p|pid|post|rev)"
    r"[-_]?(\d{1,20}|[0-9a-f]{8}-[0-9a-f-]{27})(?:[-_]\d+)?$",
    re.IGNORECASE,
)
_PLAIN_ID = re.compile(
    r"^(?:(?:li|div|article|tree|view|single|dsq|pings?)[-_])?(?:comment|komentar|kommentar|commentbody|wpd-comm)"
    r"[-_]?(\d{1,20})(?:[-_]\d{1,20})?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Marker:
    """Why an element is taken for a comment: its number where it has one, and how sure the name makes us."""

    strength: int  # 3: an id with a number and a noun, or schema.org; 2: a class that means one comment; 1: perhaps
    number: str | None = None
    anchor: str | None = None  # the id attribute, what a permalink's fragment names
    token: str | None = None

    @property
    def is_sure(self) -> bool:
        """Is it a comment whatever it says: numbered, or one of several alike under a heading that says so?"""
        return self.number is not None or self.token == "repeated"  # noqa: S105 - a class name's place, no secret


@lru_cache(maxsize=8192)
def split_words(token: str) -> tuple[str, ...]:
    """The words a class name or an id is made of, in lower case: "commentAuthor-name" → comment, author, name."""
    words: list[str] = []
    for part in _SPLIT.findall(token):
        word = part.lower()
        stem, pair = _STEM.match(word), _PAIR.match(word)
        if stem:
            words += [stem[0], word[stem.end() :]]
        elif pair and word != "username":
            words += pair.groups()
        else:
            words.append(word)
    return tuple(words)


@lru_cache(maxsize=8192)
def is_loose_token(token: str | None) -> bool:
    """Is a class named by a word that as often means something else: an editor's review, a customer's praise?"""
    return token is not None and any(word in OTHER_NOUNS for word in split_words(token))


def is_noun(word: str) -> bool:
    """Does the word mean comments, in the singular or the plural?"""
    return word in NOUNS or word in PLURALS


@lru_cache(maxsize=8192)
def rate_token(token: str) -> int:
    """How surely a class name means ONE comment: 0 (no) to 2 (yes)."""
    words = [word for word in split_words(token) if not word.isdigit()]
    nouns = [word for word in words if is_noun(word)]
    if not nouns:
        return 0
    last = words[-1]
    before = words[: words.index(nouns[0])]
    after = words[words.index(nouns[0]) + 1 :]
    if any(word in NO_ITEM for word in before) or any(word in NO_ITEM - ITEM for word in after):
        return 0
    if last in NOUNS:
        return 2 if len(words) == 1 and last not in OTHER_NOUNS else 1
    if all(word in ITEM for word in after) and after:
        return 1
    return 0


@lru_cache(maxsize=8192)
def is_section_token(token: str) -> bool:
    """Does a class name or an id mean the place where all comments stand: "comments", "comment-list"?"""
    words = split_words(token)
    return any(is_noun(word) for word in words) and all(is_noun(word) or word in SECTION for word in words)


@lru_cache(maxsize=8192)
def read_id(identity: str) -> tuple[str | None, int]:
    """The number in an element's id and how surely it is a comment's: 3, 1 or 0."""
    plain = _PLAIN_ID.match(identity)
    if plain:
        return plain[1], 3
    loose = _ID.match(identity)
    return (loose[1], 1) if loose else (None, 0)


@lru_cache(maxsize=8192)
def is_somewhere_else(classes: str, identity: str) -> bool:
    """Is this a widget of recent comments, a form, a sidebar: a place whose comments do not belong to the page?"""
    tokens = classes.lower().split()
    if "widget" in tokens and "blog" not in tokens:
        return True
    if any(token in SOMEWHERE_ELSE for token in tokens) or identity.lower() in SOMEWHERE_ELSE:
        return True
    for token in (*tokens, identity):
        words = split_words(token)
        recent = {"recent", "latest", "terbaru", "neueste", "letzte", "terkini", "popular"} & set(words)
        if recent and any(is_noun(word) for word in words):
            return True
    return False


@lru_cache(maxsize=8192)
def read_roles(tag: str, classes: str) -> tuple[tuple[Role, int], ...]:
    """What an element may be inside a comment, each with a rank: the higher, the surer."""
    found: dict[Role, int] = {}
    for token in classes.split():
        for role, rank in _read_token(token):
            found[role] = max(found.get(role, 0), rank)
    for role, rank in _TAGS.get(tag, ()):
        found[role] = max(found.get(role, 0), rank)
    return tuple(found.items())


_TAGS: dict[str, tuple[tuple[Role, int], ...]] = {
    "time": (("date", 6),),
    "cite": (("author", 3),),
    "footer": (("meta", 1),),
    "header": (("meta", 1),),
}


@lru_cache(maxsize=8192)
def _read_token(token: str) -> tuple[tuple[Role, int], ...]:
    words = [word for word in split_words(token) if not word.isdigit()]
    if not words or token in ("p-name", "u-url"):  # microformats: the name of the entry, not of a person
        return ()
    if token in ("fn", "comment-author-name", "comment-author-link", "wp-block-comment-author-name"):
        return (("author", 6),)
    last, noun = words[-1], any(is_noun(word) for word in words[:-1])
    found: list[tuple[Role, int]] = []
    if any(word in DROP for word in words):
        return (("drop", 1), ("likes", 1)) if {"likes", "votes", "like"} & set(words) else (("drop", 1),)
    if last in REPLIES:
        found.append(("replies", 1))
    if last in ("title", "subject", "judul") and noun:
        found.append(("title", 1))
    if last in TEXT:
        found.append(("text", 4 if noun else 3))
    elif last in BODY:
        found.append(("text", 2 if noun else 1))
    if last in AUTHOR or (len(words) > 1 and words[-2] in AUTHOR and last in ("link", "url", "wrap", "wrapper")):
        found.append(("author", 5 if noun or last in ("author", "username") else 4))
    if last in DATE:
        found.append(("date", 5 if noun else 4))
    if "edited" in words or "modified" in words:
        found.append(("edited", 1))
    if any(word in META for word in words):
        found.append(("meta", 1))
    return tuple(found)

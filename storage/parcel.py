"""A normalized mention outside the table of mentions, as JSON: what was ignored or refused, until it is wanted."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import datetime

from storage.record import Incoming, TermHit
from storage.search import fold_mention

_TIMES = ("published", "edited")
_LATER = ("search_words", "content_hash", "terms", "bands", "story")


def write_mention(mention: Incoming) -> str:
    """A mention with all that its source said; what we add is found again when it is read."""
    said = {name: value for name, value in asdict(mention).items() if name not in _LATER}
    for name in _TIMES:
        said[name] = said[name].isoformat() if said[name] else None
    return json.dumps({**said, "content_hash": mention.content_hash.hex()}, ensure_ascii=True)


def read_mention(text: str, terms: tuple[TermHit, ...] = ()) -> Incoming:
    """The mention; ValueError when this is none, or one that was cut."""
    said = json.loads(text)
    names = {field.name for field in fields(Incoming)}
    if not isinstance(said, dict) or said.keys() != (names - set(_LATER)) | {"content_hash"}:
        raise ValueError("it is no mention as this program writes them")
    for name in _TIMES:
        said[name] = datetime.fromisoformat(said[name]) if said[name] else None
    said["content_hash"] = bytes.fromhex(said["content_hash"])
    said["search_words"] = fold_mention(said["title"], said["text"], said["author_name"])
    return Incoming(**said, terms=terms)

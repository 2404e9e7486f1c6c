"""What makes two records the same. The key of an item is (source, external_id), and its collector gives it.

Where a source has no id of its own, the collector derives one and writes its rule beside the code that does it:
collectors/feed.py (guid, else link, else content), collectors/webpage.py (page, author, time and text),
collectors/article.py (the canonical address). Nothing here invents or rewrites a key.
"""

from __future__ import annotations

from hashlib import blake2b


def hash_content(title: str | None, text: str) -> bytes:
    """16 bytes over what counts as an edit: title and text. Reactions and dates change without a revision."""
    return blake2b(f"{title or ''}\0{text}".encode(), digest_size=16).digest()

"""The JSON-LD of a page as plain records: lenient about how sites write it, strict about size, depth and types."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

Node = dict[str, object]

_MAX_SCRIPT = 2 * 1024 * 1024  # characters
_MAX_NODES = 2_000
_MAX_DEPTH = 40
_WRAPPER = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")


def read_jsonld(tree: HtmlElement) -> tuple[Node, ...]:
    """Every record of every `application/ld+json` script, in the page's order; a broken script gives none."""
    nodes: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = script.text or ""
        if len(text) <= _MAX_SCRIPT:
            nodes.extend(_walk(_load(text)))
        if len(nodes) >= _MAX_NODES:
            break
    return tuple(nodes[:_MAX_NODES])


def get_types(node: Node) -> frozenset[str]:
    """The schema.org types of a record, without their prefix."""
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return frozenset(name.rsplit("/", 1)[-1].removeprefix("schema:") for name in names if isinstance(name, str))


def get_string(node: Node, *names: str) -> str | None:
    """The first text found under one of the names; markup entities are decoded, blank counts as missing."""
    for name in names:
        text = _string(node.get(name))
        if text:
            return text
    return None


def get_nodes(node: Node, name: str) -> tuple[Node, ...]:
    """What stands under a name as records; a bare text becomes a record with that name."""
    value = node.get(name)
    values = value if isinstance(value, list) else [value]
    return tuple(
        entry if isinstance(entry, dict) else {"name": entry} for entry in values if isinstance(entry, dict | str)
    )


def _string(value: object) -> str | None:
    if isinstance(value, list):
        value = next((entry for entry in value if entry), None)
    if isinstance(value, dict):
        value = value.get("@value") or value.get("@id")
    if not isinstance(value, str):
        return None
    text = html.unescape(html.unescape(value)) if "&" in value else value
    return text.strip() or None


def _load(text: str) -> object:
    """The document of one script; None where no reading of it is JSON."""
    plain = _WRAPPER.sub("", text).strip().rstrip(";")
    for attempt in (plain, _TRAILING_COMMA.sub("", plain), html.unescape(plain)):
        try:
            document: object = json.loads(attempt, strict=False, parse_int=_keep)
        except (ValueError, RecursionError):
            continue
        return document
    return None


def _keep(digits: str) -> str:
    """Numbers stay texts: nothing here counts with them, and 5,000 digits are no number (F17)."""
    return digits[:20]


def _walk(document: object) -> Iterator[Node]:
    """The records of a document: lists and @graph are opened, what hangs under other names is not."""
    level = [document]
    for _ in range(_MAX_DEPTH):
        following: list[object] = []
        for value in level:
            if isinstance(value, list):
                following.extend(value)
            elif isinstance(value, dict):
                yield value
                following.extend(value[name] for name in ("@graph", "mainEntity") if name in value)
        level = following

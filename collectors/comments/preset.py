"""Named ways to find a page's comments, for a source whose system is known: `preset = "wp-block"`."""

from __future__ import annotations

from lxml.html import HtmlElement

from collectors.comments.find import Accept, mark
from collectors.comments.role import Marker


def accept_classic(element: HtmlElement) -> Marker | None:
    """WordPress with a classic theme: what has an id such as "comment-12" or "li-comment-12"."""
    marker = mark(element)
    return marker if marker is not None and marker.number is not None and marker.strength >= 2 else None


def accept_block(element: HtmlElement) -> Marker | None:
    """WordPress with a block theme: the items of the comment template, and of the lists in it."""
    if element.tag != "li":
        return None
    lists = [around for around in element.iterancestors() if around.tag in ("ol", "ul")]
    in_template = any("wp-block-comment-template" in (around.get("class") or "").split() for around in lists)
    marker = mark(element)
    return marker if in_template and marker is not None and marker.number is not None else None


# "generic" is not among them: it takes whatever fits, as no preset at all does, but nothing for machines.
PRESETS: dict[str, Accept] = {"wp-classic": accept_classic, "wp-block": accept_block}

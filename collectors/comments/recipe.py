"""Comments by a recipe: the CSS selectors of the configuration, where no preset knows the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import cast

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from collectors.collector import ParseError
from collectors.comments.author import clean_name
from collectors.comments.find import Node, find_nodes, iter_nodes
from collectors.comments.part import inner_markup, render
from collectors.comments.read import MACHINE, Draft, read_draft
from collectors.comments.role import Marker, read_id
from collectors.markup import to_line, to_text
from collectors.options import Recipe
from collectors.site import join_address


class RecipeReader:
    """Reads comments by the selectors of one recipe; what the recipe leaves out is found as on any other page."""

    def __init__(self, recipe: Recipe, url: str) -> None:
        self._recipe = recipe
        self._url = url
        self._id = _compile(recipe.id, url) if recipe.id else None
        fields = ("comment", "text", "author", "author_url", "time", "link", "replies", "next")
        self._selectors = {
            name: _select(name, getattr(recipe, name), url) for name in fields if getattr(recipe, name) is not None
        }

    def find_drafts(self, tree: HtmlElement) -> Iterator[Draft]:
        """The comments that the recipe selects, each before its answers."""
        chosen = set(self._selectors["comment"](tree))
        drafts: dict[int, Draft] = {}
        marker = Marker(2, token="recipe")  # noqa: S106 - a class name's place, no secret
        for node in iter_nodes(find_nodes(tree, lambda element: marker if element in chosen else None)):
            draft = self._read(node)
            if draft is not None:
                above = node.parent
                draft.parent = drafts.get(id(above)) if above is not None else None
                drafts[id(node)] = draft
                yield draft

    def find_next(self, tree: HtmlElement) -> str | None:
        """The address of the next page, where the recipe says how to find it."""
        if "next" not in self._selectors:
            return None
        for link in self._selectors["next"](tree):
            href = (link.get("href") or "").strip()
            if href:
                return join_address(self._url, href)
        return None

    def _read(self, node: Node) -> Draft | None:
        replies = set(self._all("replies", node))
        unwanted = replies | {part for child in node.children for part in child.parts}
        texts = [to_text(render(box, unwanted)) for box in self._all("text", node)]
        text = "\n".join(text for text in texts if text)
        if not text:
            return None
        draft = read_draft(node, self._url) or Draft(text=text, node=node)
        draft.text = text
        self._read_author(node, draft)
        self._read_time(node, draft)
        link = self._first("link", node)
        if link is not None and link.get("href"):
            draft.link = join_address(self._url, link.get("href"))
        if self._id is not None:
            draft.number, draft.anchor = self._read_id(node)
        return draft

    def _read_author(self, node: Node, draft: Draft) -> None:
        if "author" in self._selectors:
            box = self._first("author", node)
            draft.author = clean_name(to_line(inner_markup(box))) if box is not None else None
        link = self._first("author_url", node)
        if link is not None and (link.get("href") or "").startswith(("http", "/")):
            draft.author_url = join_address(self._url, link.get("href"))

    def _read_time(self, node: Node, draft: Draft) -> None:
        if "time" not in self._selectors:
            return
        box = self._first("time", node)
        draft.moments = []
        if box is None:
            return
        draft.moments = [(value, True) for name in MACHINE if (value := box.get(name))]
        line = to_line(inner_markup(box))
        if self._recipe.time_format:
            line = _reformat(line, self._recipe.time_format) or ""
        if line:
            draft.moments.append((line, False))

    def _read_id(self, node: Node) -> tuple[str | None, str | None]:
        """The id that the recipe's expression finds in an attribute; the fragment that names the comment."""
        for element in _iter_own(node):
            for name, value in element.attrib.items():
                match = self._id.search(str(value)) if self._id and _names(str(name)) else None
                if match:
                    number = match[match.lastindex or 0]
                    return number, str(value) if name == "id" else read_id(str(value))[0] and number
        return None, None

    def _all(self, name: str, node: Node) -> list[HtmlElement]:
        """What a selector finds in a comment, not in its answers."""
        if name not in self._selectors:
            return []
        answers = {part for child in node.children for part in child.parts}
        found = self._selectors[name](node.root)
        return [box for box in found if not any(around in answers for around in (box, *box.iterancestors()))]

    def _first(self, name: str, node: Node) -> HtmlElement | None:
        return next(iter(self._all(name, node)), None)


def _iter_own(node: Node) -> Iterator[HtmlElement]:
    answers = {part for child in node.children for part in child.parts}
    for element in node.root.iter():
        if isinstance(element.tag, str) and not any(
            around in answers for around in (element, *element.iterancestors())
        ):
            yield element


def _names(attribute: str) -> bool:
    return attribute in ("id", "href", "name") or attribute.startswith("data-")


def _reformat(line: str, time_format: str) -> str | None:
    try:
        stated = datetime.strptime(line, time_format)  # noqa: DTZ007 - its zone is the page's
    except ValueError:
        return None
    if stated.tzinfo is not None:
        return stated.astimezone(UTC).isoformat()
    return (
        stated.strftime("%Y-%m-%d") if "%H" not in time_format and "%I" not in time_format else stated.isoformat(" ")
    )


def _select(name: str, selector: str, url: str) -> Callable[[HtmlElement], list[HtmlElement]]:
    try:
        compiled = CSSSelector(selector, translator="html")
    except SelectorError:
        raise ParseError(url, f'the recipe\'s "{name}" is no CSS selector: "{selector}"', permanent=True) from None
    return lambda element: cast("list[HtmlElement]", compiled(element))


def _compile(expression: str, url: str) -> re.Pattern[str]:
    try:
        return re.compile(expression)
    except re.error:
        raise ParseError(
            url, f'the recipe\'s "id" is no regular expression: "{expression}"', permanent=True
        ) from None

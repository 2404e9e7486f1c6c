"""The main text of a page: trafilatura says which blocks belong, their places in the page correct it.

Why not trafilatura's text as it is: docs/decisions/0030.
"""

from __future__ import annotations

import re
from collections import Counter
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml.etree import strip_elements
from lxml.html import tostring
from readability import Document
from readability.readability import Unparseable
from trafilatura import bare_extraction

from collectors.articles.block import Block
from collectors.articles.head import words
from collectors.articles.noise import is_credit_label, is_label, is_link_line, is_noise
from collectors.markup import to_text

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SENTENCE = re.compile(r"[.!?…。！？][\"'”’»)\]]*(?:\s|$)")
# "Jakarta -" stands in a line of its own where a site sets it before the first paragraph's element.
_DATELINE = re.compile(r"^([^\n]{2,40} [-–—]{1,2})\n(?=\S)", re.MULTILINE)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_LEAVES = _HEADINGS | {"p", "li", "dt", "dd", "td", "th"}
_USELESS = ("script", "style", "noscript", "iframe", "svg", "select", "template")
_SHORT = 250  # characters: less than this from trafilatura asks for a second opinion
_LEAD = 80  # characters: a paragraph above the main element that is shorter is a subtitle


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What the page's head says of the article, to correct what was found in its body."""

    title: str | None = None
    body: str | None = None  # JSON-LD's articleBody
    description: str | None = None
    comments: frozenset[str] = frozenset()  # the lines of the page's reader comments, as words


def extract_text(tree: HtmlElement, blocks: list[Block], stated: Statement) -> str:
    """The article's paragraphs, one a line; "" where the page has none."""
    told = [" ".join(line.split()) for line in _ask(tree, blocks, stated).split("\n")]
    keep = _vote(blocks, told)
    if _weigh(blocks, keep) * 2 < sum(map(len, told)):
        # The blocks cannot be matched with what was told, so that is all there is.
        return "\n".join(line for line in told if line and not is_noise(line))
    _correct(blocks, keep, stated)
    chosen = [block for block, kept in zip(blocks, keep, strict=True) if kept]
    if all(block.linked > 0.7 for block in chosen):
        return ""  # a menu
    text = "\n".join(block.text for block in chosen)
    return _DATELINE.sub(r"\1 ", text)


def _ask(tree: HtmlElement, blocks: list[Block], stated: Statement) -> str:
    """What others hold for the text: the page's own JSON-LD if it is whole, else trafilatura, else readability."""
    bare = copy(tree)
    strip_elements(bare, *_USELESS, with_tail=False)
    told = _ask_trafilatura(bare, fast=True)
    # Its comparison with other extractors costs a fifth of the time; the blocks tell where it may be needed.
    if len(told) < 0.5 * sum(len(block.text) for block in blocks if _is_open(block) and _is_paragraph(block)):
        told = _ask_trafilatura(bare, fast=False)
    body = to_text(stated.body) if stated.body else ""
    if len(body) >= max(_SHORT, 0.8 * len(told)):
        return body
    if len(told) < _SHORT:
        return max(told, _ask_readability(tree), body, key=len)
    return told


def _ask_trafilatura(tree: HtmlElement, *, fast: bool) -> str:
    found = bare_extraction(tree, include_comments=False, fast=fast)
    return found.text or "" if found else ""


def _ask_readability(tree: HtmlElement) -> str:
    try:
        return to_text(str(Document(tostring(tree, encoding="unicode")).summary()))
    except Unparseable:
        return ""


def _correct(blocks: list[Block], keep: list[bool], stated: Statement) -> None:
    """Turn what was told into what belongs to the article."""
    start = find_heading(blocks, stated.title)
    _guard(blocks, keep, stated.comments)
    _keep_after(blocks, keep, start)
    _drop_noise(blocks, keep, stated.title)
    main = _find_main(blocks, keep)
    if main:
        _bridge(blocks, keep, start, main, words(stated.description or ""))
        _cut_outside(blocks, keep, main)
        _drop_noise(blocks, keep, stated.title)


def _vote(blocks: list[Block], told: list[str]) -> list[bool]:
    """Which blocks stand in the text that was told."""
    lines = [words(line) for line in told]
    whole = f" {' '.join(lines)} "
    shingles = _shingle(whole.split())
    return [_is_told(words(block.text), whole, shingles) for block in blocks]


def _is_told(plain: str, whole: str, shingles: set[tuple[str, ...]]) -> bool:
    if f" {plain} " in whole:
        return bool(plain)
    own = _shingle(plain.split())
    return len(own) >= 4 and len(own & shingles) >= 0.6 * len(own)


def _shingle(tokens: list[str]) -> set[tuple[str, ...]]:
    return set(zip(*(tokens[n:] for n in range(4)), strict=False))


def find_heading(blocks: list[Block], title: str | None) -> int:
    """The index after the article's heading; 0 where the page has none."""
    plain = words(title or "")
    for index, block in enumerate(blocks):
        if plain and block.tag in _HEADINGS and words(block.text) == plain:
            return index + 1
    return 0


def _weigh(blocks: list[Block], keep: list[bool]) -> int:
    return sum(len(block.text) for block, kept in zip(blocks, keep, strict=True) if kept)


def _guard(blocks: list[Block], keep: list[bool], comments: frozenset[str]) -> None:
    """Drop what stands beside the article, unless that is most of what was told: then the names mislead."""
    total = _weigh(blocks, keep)
    said = _find_said(blocks, keep, comments) if comments else [False] * len(blocks)
    for beside in ([block.comment for block in blocks], [block.side for block in blocks], said):
        out = [kept and aside for kept, aside in zip(keep, beside, strict=True)]
        if _weigh(blocks, out) <= 0.4 * total:
            keep[:] = [kept and not dropped for kept, dropped in zip(keep, out, strict=True)]


def _find_said(blocks: list[Block], keep: list[bool], comments: frozenset[str]) -> list[bool]:
    """Which blocks are lines of comments; of a line that occurs twice, the first is the article's."""
    plain = [words(block.text) if kept else "" for block, kept in zip(blocks, keep, strict=True)]
    counts = Counter(plain)
    seen: set[str] = set()
    said = []
    for line in plain:
        said.append(line in comments and line.count(" ") >= 3 and (counts[line] == 1 or line in seen))
        seen.add(line)
    return said


def _is_open(block: Block) -> bool:
    """Does the block stand neither beside the article nor among its comments?"""
    return not block.side and not block.comment


def _is_paragraph(block: Block) -> bool:
    return len(block.text) >= 60 and block.linked < 0.4 and bool(_SENTENCE.search(block.text))


def _keep_after(blocks: list[Block], keep: list[bool], start: int) -> None:
    """Drop what comes before the heading, if most of the text comes after it."""
    after = [kept and index >= start for index, kept in enumerate(keep)]
    if _weigh(blocks, after) >= 0.6 * _weigh(blocks, keep):
        keep[:] = after


def _find_main(blocks: list[Block], keep: list[bool]) -> int:
    """The innermost element round paragraphs that holds four fifths of the told text; 0 where none was told."""
    weight: Counter[int] = Counter()
    depth: dict[int, int] = {}
    total = 0
    for block, kept in zip(blocks, keep, strict=True):
        if kept and block.linked < 0.5:
            total += len(block.text)
            for level, number in enumerate(block.path[:-1] if block.tag in _LEAVES else block.path):
                weight[number] += len(block.text)
                depth[number] = level
    inside = [number for number in weight if weight[number] >= 0.8 * total]
    return max(inside, key=lambda number: depth[number], default=0)


def _bridge(blocks: list[Block], keep: list[bool], start: int, main: int, description: str) -> None:
    """Take in the paragraphs that trafilatura left out: the lead under the heading, and gaps in the main element."""
    told = [index for index, kept in enumerate(keep) if kept and main in blocks[index].path]
    first = next(index for index, block in enumerate(blocks) if main in block.path)
    for index in range(min(start or first, first), min(told[-1] + 2, len(blocks))):
        block = blocks[index]
        if keep[index] or not _is_open(block):
            continue
        if main in block.path:
            # Text that stands in the main element itself, such as "Jakarta -" before the first <p>, belongs.
            own = block.path[-1] == main and block.linked < 0.5 and abs(index - told[0]) < 2
            keep[index] = own or (index < told[-1] and _is_paragraph(block))
        elif start and index < first:
            keep[index] = _is_paragraph(block) and len(block.text) >= _LEAD and words(block.text) != description


def _cut_outside(blocks: list[Block], keep: list[bool], main: int) -> None:
    """Drop what was told from outside the main element, except a lead before it."""
    inside = [index for index, block in enumerate(blocks) if main in block.path]
    for index, block in enumerate(blocks):
        if keep[index] and main not in block.path:
            keep[index] = index < inside[0] and _is_paragraph(block)


def _drop_noise(blocks: list[Block], keep: list[bool], title: str | None) -> None:
    """Drop lines that are furniture, and the headline where it is repeated."""
    label = credit = False
    plain = words(title or "")
    for index, block in enumerate(blocks):
        if not keep[index]:
            continue
        linked = block.linked > 0.7 and (label or is_link_line(block.text))
        if (
            linked
            or is_noise(block.text)
            or (block.tag in _HEADINGS and words(block.text) == plain)
            or (credit and block.text.startswith(":"))
        ):
            keep[index] = False
        if not linked:
            label = is_label(block.text)
        credit = is_credit_label(block.text)
        keep[index] = keep[index] and not credit

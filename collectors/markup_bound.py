"""Markup made harmless before a parser sees it: what costs too much and says nothing is taken out, in linear time."""

from __future__ import annotations

import re

# libxml2 and lexbor compare each attribute of a tag with all before it: 100,000 of them cost 107 s, a hundred none.
# Values in quotes may hold any sign, so that neither "<" nor ">" tells where a tag ends.
_MAX_ATTRIBUTES = 128
_VALUE = r"""(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)"""
_WIDE_TAG = re.compile(
    rf"<[a-zA-Z][^\s>/]{{0,100}}+(?:[\s/]++[^\s>/=]++(?:\s*+=\s*+{_VALUE}?+)?+){{{_MAX_ATTRIBUTES}}}+"
    rf"(?:[^>=]++|=\s*+{_VALUE}?+)*+>?"
)
# A pattern that may begin with spaces is quadratic in their number, and we do not know every pattern that follows.
_LONG_SPACE = re.compile(r"\s(?<!\s\s)\s{999,}")


def bound_markup(markup: str) -> str:
    """Markup without NUL, without tags of absurdly many attributes and without endless runs of spaces."""
    return _LONG_SPACE.sub(" ", drop_wide_tags(markup.replace("\0", "")))


def drop_wide_tags(markup: str) -> str:
    """Markup without tags of more attributes than any tag needs."""
    return _WIDE_TAG.sub("", markup)


def cut_tags(markup: str, most: int) -> str:
    """Markup up to its so many-th tag."""
    if markup.count("<") <= most:
        return markup
    end = 0
    for _ in range(most):
        end = markup.index("<", end + 1)
    return markup[:end]

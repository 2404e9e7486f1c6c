"""How much of real pages `parse_article` reads right: text, title, day and instant, page by page and on the mean.

    python bench/quality_article.py [FOLDER]     FOLDER holds pages and gold.json; the default is tests/data/pages

Text: where the gold has the whole text, 4-word shingles as multisets; where it has only passages, those that must
be in the text (`with`) and those that must not (`without`, `comment_snippets`). F1 is that of the two means.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from collectors.article import parse_article  # noqa: E402
from collectors.collector import ParseError  # noqa: E402
from collectors.item import Item  # noqa: E402

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class Score:
    """What was right of one page; None: the gold does not say."""

    page: str
    precision: float
    recall: float
    title: bool | None
    day: bool | None
    instant: bool | None
    wrong_date: bool
    author: bool | None


def score_page(page: str, item: Item | None, gold: dict[str, Any]) -> Score:
    """Compare what was read from a page with its gold."""
    precision, recall = _score_text(item.text if item else "", gold)
    day, instant = _score_date(item, gold)
    return Score(
        page=page,
        precision=precision,
        recall=recall,
        title=_plain((item and item.title) or "") == _plain(gold["title"]) if gold.get("title") else None,
        day=day,
        instant=instant,
        wrong_date=day is False and item is not None and item.published is not None,
        author=_plain((item and item.author.name) or "") == _plain(gold["author"]) if gold.get("author") else None,
    )


def _score_text(text: str, gold: dict[str, Any]) -> tuple[float, float]:
    if "text" in gold:
        got, want = _shingle(text), _shingle(gold["text"])
        common = (got & want).total()
        return common / max(1, got.total()), common / max(1, want.total())
    plain = f" {_plain(text)} "
    unwanted = [*gold.get("without", ()), *gold.get("comment_snippets", ())]
    hits = sum(_plain(passage) in plain for passage in gold["with"])
    false = sum(_plain(passage) in plain for passage in unwanted)
    return hits / max(1, hits + false), hits / max(1, len(gold["with"]))


def _score_date(item: Item | None, gold: dict[str, Any]) -> tuple[bool | None, bool | None]:
    stated = gold.get("datetime") or gold.get("date")
    if not stated:
        return None, None
    published = item.published if item else None
    if item is None or published is None:
        return False, (False if "T" in stated else None)
    wanted = datetime.fromisoformat(stated)
    if "T" in stated:
        exact = item.published_precision != "day"
        local = published.astimezone(wanted.tzinfo) if exact else published
        return local.date() == wanted.date(), exact and abs(published - wanted) < timedelta(minutes=1)
    # The gold names a day and no zone: the page's own is Central European or UTC.
    return wanted.date() in {published.date(), (published + timedelta(hours=2)).date()}, None


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _shingle(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return Counter(zip(*(words[n:] for n in range(4)), strict=False))


def _parse(page: str, body: bytes, gold: dict[str, Any]) -> Item | None:
    try:
        return parse_article(body, gold.get("url") or f"https://unknown.invalid/{page}")[0]
    except ParseError as error:
        print(error)
        return None


def measure(folder: Path) -> list[Score]:
    """The scores of every page of a folder."""
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    return [score_page(page, _parse(page, (folder / page).read_bytes(), said), said) for page, said in gold.items()]


def mean(values: Iterable[float | bool | None]) -> float:
    """The mean of what is known."""
    known = [float(value) for value in values if value is not None]
    return sum(known) / len(known) if known else float("nan")


def f1(scores: list[Score]) -> float:
    """The F1 of mean precision and mean recall."""
    precision, recall = mean(score.precision for score in scores), mean(score.recall for score in scores)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _print_table(scores: list[Score]) -> None:
    print(f"{'page':54} {'prec.':>6} {'recall':>6} title   day instant author")
    marks = {True: "yes", False: "NO", None: "-"}
    for score in scores:
        known = "  ".join(f"{marks[value]:>4}" for value in (score.title, score.day, score.instant, score.author))
        print(f"{score.page[:54]:54} {score.precision:6.3f} {score.recall:6.3f}  {known}")


def _print_means(scores: list[Score]) -> None:
    for group in sorted({score.page.split("/")[0] for score in scores}):
        some = [score for score in scores if score.page.split("/")[0] == group]
        print(
            f"{group}: {len(some)} pages  precision {mean(s.precision for s in some):.3f}"
            f"  recall {mean(s.recall for s in some):.3f}  F1 {f1(some):.3f}  title {mean(s.title for s in some):.3f}"
            f"  day {mean(s.day for s in some):.3f}  instant {mean(s.instant for s in some):.3f}"
            f"  wrong dates {sum(s.wrong_date for s in some)}  author {mean(s.author for s in some):.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "tests" / "data" / "pages")
    scores = measure(parser.parse_args().folder)
    _print_table(scores)
    _print_means(scores)


if __name__ == "__main__":
    main()

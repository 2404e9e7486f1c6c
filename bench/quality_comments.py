"""How well comments are read: `python bench/quality_comments.py FOLDER`, with pages and a gold.json in the folder.

The gold gives each page's `url` and, where readers commented, `comment_snippets` that must be in the comments.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from collectors.item import Item  # noqa: E402
from collectors.webpage import parse_comments  # noqa: E402


@dataclass(frozen=True, slots=True)
class Score:
    """One page: what was found in it, and how many of the gold's snippets are in that."""

    page: str
    items: list[Item]
    found: int
    wanted: int
    seconds: float


def measure(folder: Path, page: str, gold: dict[str, Any]) -> Score:
    """Read one page and compare it with its gold."""
    body = (folder / page).read_bytes()
    start = time.process_time()
    items = parse_comments(body, gold["url"])
    seconds = time.process_time() - start
    text = "\n".join(_squeeze(item.text) for item in items)
    snippets = gold.get("comment_snippets") or []
    return Score(page, items, sum(_squeeze(one) in text for one in snippets), len(snippets), seconds)


def report(scores: list[Score]) -> list[str]:
    """The table: pages whose gold has comments, pages that give some without, and the totals."""
    lines = [f"{'page':58} {'snippets':>8} {'comments':>8} {'author':>6} {'date':>5} {'thread':>6} {'parent':>6}"]
    for score in scores:
        if score.items or score.wanted:
            counts = (
                sum(1 for item in score.items if item.author.name),
                sum(1 for item in score.items if item.published),
                sum(1 for item in score.items if item.thread),
                sum(1 for item in score.items if item.parent),
            )
            snippets = f"{score.found}/{score.wanted}" if score.wanted else "none"
            cells = f"{snippets:>8} {len(score.items):>8} " + "{:>6} {:>5} {:>6} {:>6}".format(*counts)
            lines.append(f"{score.page[-58:]:58} {cells}")
    commented = [score for score in scores if score.wanted]
    without = [score for score in scores if not score.wanted]
    false = [score for score in without if score.items]
    found, wanted = sum(score.found for score in commented), sum(score.wanted for score in commented)
    lines += [
        "",
        f"snippets found            {found} of {wanted} on {len(commented)} pages",
        f"pages without, with some  {len(false)} of {len(without)}",
        f"CPU for a page            {1000 * sum(score.seconds for score in scores) / max(1, len(scores)):.1f} ms",
    ]
    return lines


def _squeeze(text: str) -> str:
    return " ".join(text.split()).casefold()


def main() -> int:
    """Measure the folder that is named on the command line."""
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "gold.json").is_file():
        print("usage: python bench/quality_comments.py FOLDER   (with pages and a gold.json)", file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    print("\n".join(report([measure(folder, page, wanted) for page, wanted in gold.items()])))
    return 0


if __name__ == "__main__":
    sys.exit(main())

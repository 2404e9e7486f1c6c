"""Pages per CPU second: `parse_article` beside trafilatura's `bare_extraction` with metadata, on the same pages.

python bench/bench_article.py [FOLDER] [--rounds N]     target: at least 0.8 of trafilatura
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from trafilatura import bare_extraction

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from collectors.article import parse_article  # noqa: E402

Page = tuple[bytes, str]


def read_pages(folder: Path) -> list[Page]:
    """The pages of a folder with their addresses."""
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    return [((folder / page).read_bytes(), said["url"]) for page, said in gold.items()]


def time_pages(parse: Callable[[bytes, str], object], pages: list[Page]) -> float:
    """CPU seconds for all pages once."""
    start = time.process_time()
    for body, url in pages:
        parse(body, url)
    return time.process_time() - start


def _bare(body: bytes, url: str) -> object:
    return bare_extraction(body, url=url, with_metadata=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "tests" / "data" / "pages")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    pages = read_pages(arguments.folder)
    time_pages(parse_article, pages), time_pages(_bare, pages)  # imports and caches
    # Rounds alternate, and the best of each counts: the machine's other work hits both alike.
    rounds = [(time_pages(parse_article, pages), time_pages(_bare, pages)) for _ in range(arguments.rounds)]
    ours, theirs = (len(pages) / min(column) for column in zip(*rounds, strict=True))
    print(f"{len(pages)} pages, best of {arguments.rounds} rounds")
    print(f"{'trafilatura.bare_extraction(with_metadata=True)':50} {theirs:8.1f} pages per CPU second")
    print(f"{'collectors.article.parse_article':50} {ours:8.1f} pages per CPU second")
    print(f"ratio {ours / theirs:.2f} (target 0.80)")


if __name__ == "__main__":
    main()

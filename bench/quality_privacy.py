"""How well `find_personal` tells personal data from look-alikes, on the labelled lines of tests/data/privacy.

    python bench/quality_privacy.py [--wrong]     --wrong shows the lines that were judged wrongly

A label is found when every letter and digit of it is hidden; a find is right when it touches a label. The kind must
agree for the lines by kind. `heldout` was written before the detector and is not tuned on.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from storage.privacy import Span, find_personal  # noqa: E402

FOLDER = ROOT / "tests" / "data" / "privacy"
_MARK = re.compile(r"<(nik|family_card|phone|email|account)>(.*?)</\1>")


@dataclass
class Score:
    """What was found of the labels of some lines."""

    labels: Counter[str] = field(default_factory=Counter)
    hit: Counter[str] = field(default_factory=Counter)
    same_kind: int = 0
    finds: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.hit.total() / max(1, self.labels.total())

    @property
    def precision(self) -> float:
        return self.right / max(1, self.finds)


def read_lines(name: str) -> Iterator[tuple[str, tuple[Span, ...]]]:
    """The texts of a file without their marks, and what the marks say."""
    for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        yield _take_marks(json.loads(line)["text"])


def _take_marks(marked: str) -> tuple[str, tuple[Span, ...]]:
    plain, spans, last = "", [], 0
    for mark in _MARK.finditer(marked):
        plain += marked[last : mark.start()]
        spans.append(Span(len(plain), len(mark[2]), mark[1]))  # type: ignore[arg-type] # the pattern names the kinds
        plain += mark[2]
        last = mark.end()
    return plain + marked[last:], tuple(spans)


def measure(name: str) -> Score:
    """The score of one file."""
    score = Score()
    for text, labels in read_lines(name):
        found = find_personal(text)
        hidden = {place for span in found for place in range(span.start, span.end)}
        missed = [label for label in labels if not _covers(text, label, hidden)]
        extra = [span for span in found if not any(_touch(span, label) for label in labels)]
        score.labels.update(label.kind for label in labels)
        score.hit.update(label.kind for label in labels if label not in missed)
        score.same_kind += sum(any(_touch(a, b) and a.kind == b.kind for b in found) for a in labels)
        score.finds += len(found)
        score.right += len(found) - len(extra)
        score.wrong += [f"missed {label.kind:12} {text}" for label in missed]
        score.wrong += [f"no {span.kind:16} {text[span.start : span.end]!r} in {text}" for span in extra]
    return score


def _covers(text: str, label: Span, hidden: set[int]) -> bool:
    return all(place in hidden for place in range(label.start, label.end) if text[place].isalnum())


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def time_page() -> tuple[float, float]:
    """Milliseconds of one mention: the median and the slowest of a page of 50 of about 300 characters each."""
    lines = [text for text, _ in read_lines("tuned")]
    page = [" ".join(lines[place : place + 9]) for place in range(0, 350, 7)]
    took = []
    for text in page:
        best = min(_time(text) for _ in range(5))
        took.append(best * 1000)
    return statistics.median(took), max(took)


def _time(text: str) -> float:
    start = time.perf_counter()
    find_personal(text)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true")
    wrong = parser.parse_args().wrong
    print(f"{'file':10} {'lines':>5} {'labels':>6} {'recall':>7} {'precision':>9} {'right kind':>10}   by kind")
    for name in ("tuned", "heldout"):
        score = measure(name)
        kinds = "  ".join(f"{kind} {score.hit[kind]}/{many}" for kind, many in sorted(score.labels.items()))
        share = score.same_kind / max(1, score.labels.total())
        numbers = f"{score.recall:7.3f} {score.precision:9.3f} {share:10.3f}"
        print(f"{name:10} {sum(1 for _ in read_lines(name)):5} {score.labels.total():6} {numbers}   {kinds}")
        print("\n".join(score.wrong) if wrong else "", end="\n" if wrong else "")
    median, slowest = time_page()
    print(f"a mention of about 300 characters: median {median:.3f} ms, slowest of 50 {slowest:.3f} ms")


if __name__ == "__main__":
    main()

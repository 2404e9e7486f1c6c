"""A bug for the log: where it happened and of what type, never with the values that were at hand."""

from __future__ import annotations

import traceback


def describe_bug(error: BaseException) -> str:
    """The error's type and its trace. Its message is left out: it may quote a citizen's text or name."""
    chain: list[str] = []
    current: BaseException | None = error
    while current is not None and len(chain) < 5:
        frames = "".join(traceback.format_tb(current.__traceback__)).rstrip()
        chain.append(f"{type(current).__name__}\n{frames}")
        current = current.__cause__ or current.__context__
    return "\ncaused by ".join(chain)

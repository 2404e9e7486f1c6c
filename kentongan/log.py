"""The log: a short line for a person on stderr, and one JSON object a record in data_dir/log, rotated and bounded.

What is logged never holds a citizen's text, an author or a secret; that is the duty of who logs.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import sys
from datetime import UTC, datetime
from pathlib import Path

SIZE = 10 * 1024**2  # bytes of one file
FILES = 9  # older files that are kept beside it: 100 MiB in all for each command that logs
SAID = "kentongan.said"  # the logger of what stands on stdout already: for the file alone
# They would tell addresses with their queries, where a secret may stand, or every beat of the clock.
TALKATIVE = ("urllib3", "requests", "apscheduler", "trafilatura", "htmldate", "readability", "charset_normalizer")


def set_up_log(folder: Path | None, name: str, *, quiet: bool = False) -> None:
    """Log to stderr (quiet: only what is wrong) and, where a folder is given, to `folder`/log/`name`.jsonl."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.handlers = [_make_console(quiet)]
    if folder is not None:
        (folder / "log").mkdir(parents=True, exist_ok=True)
        root.addHandler(_make_file(folder / "log" / f"{name}.jsonl"))
    for talkative in TALKATIVE:
        logging.getLogger(talkative).setLevel(logging.ERROR)


def _make_console(quiet: bool) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING if quiet else logging.INFO)
    handler.addFilter(lambda record: record.name != SAID)
    handler.setFormatter(LineFormatter())
    return handler


def _make_file(path: Path) -> logging.Handler:
    handler = logging.handlers.RotatingFileHandler(
        path, maxBytes=SIZE, backupCount=FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(JsonFormatter())
    return handler


class LineFormatter(logging.Formatter):
    """`10:15:00 warning the sentence`: nothing in it can begin a line of its own or command a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        level = "" if record.levelno <= logging.INFO else f"{record.levelname.lower()} "
        return f"{moment} {level}{neutralize(record.getMessage())}"


class JsonFormatter(logging.Formatter):
    """One JSON object a line; JSON escapes every control character by itself."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return json.dumps(said)


def neutralize(text: str) -> str:
    """The text with every control character spelled out, so that it stays one line of plain characters."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)

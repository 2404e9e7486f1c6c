"""Which tables there are: ours and those of the parts we are built of, wherever all of them are meant."""

from __future__ import annotations

from django.apps import apps
from django.db import connection
from django.db.models import Model

# Who is logged in is no part of a backup: nobody is logged in again because a store was put back.
_PASSING = frozenset({"django_session", "usersessions_usersession"})


def list_models() -> list[type[Model]]:
    """Every model that has a table of its own."""
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and not model._meta.proxy]


def list_kept_models() -> list[type[Model]]:
    """Those whose rows belong to a backup."""
    return [model for model in list_models() if model._meta.db_table not in _PASSING]


def find_models() -> list[type[Model]]:
    """Those whose table is there: a store may be as an older program made it."""
    there = set(connection.introspection.table_names())
    return [model for model in list_models() if model._meta.db_table in there]


def forget_sessions() -> None:
    """Log everybody out."""
    with connection.cursor() as cursor:
        for table in sorted(_PASSING & set(connection.introspection.table_names(cursor))):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def empty_tables() -> None:
    """PostgreSQL: take all rows away, also those that a part of ours makes together with its tables."""
    quoted = (connection.ops.quote_name(model._meta.db_table) for model in find_models())
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(quoted)}")

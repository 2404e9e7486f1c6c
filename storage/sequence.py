"""PostgreSQL's counters of keys, after rows came with keys of their own."""

from __future__ import annotations

from django.core.management.color import no_style
from django.db import connection

from storage.table import find_models


def set_sequences() -> None:
    """Let every table count on behind its greatest key."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), find_models()):
            cursor.execute(statement)

"""Several small questions about mentions asked as one statement, so that a page need not ask each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from storage.models import Mention

CAP = 1_001  # a count says "1.000+" and never walks on


def count_each(asked: Sequence[QuerySet[Mention]], cap: int = CAP) -> list[int]:
    """How many mentions each finds, at most `cap`. Serves the counts beside the views."""
    counts = [0] * len(asked)
    for part, count in _ask("SELECT {part}, COUNT(*) FROM ({asked}) AS part_{part}", asked, cap):
        counts[part] = count
    return counts


def find_each(asked: Sequence[QuerySet[Mention]]) -> list[list[int]]:
    """The keys that each finds, in its own order; slice each before. Serves what stands around a mention."""
    found: list[list[int]] = [[] for _ in asked]
    for part, key in _ask("SELECT {part}, part_{part}.* FROM ({asked}) AS part_{part}", asked, None):
        found[part].append(key)
    return found


def _ask(form: str, asked: Sequence[QuerySet[Mention]], cap: int | None) -> list[tuple[Any, ...]]:
    statements: list[str] = []
    params: list[Any] = []
    for part, queryset in enumerate(asked):
        keys = queryset.values_list("pk", flat=True)
        try:
            # A count needs no order: with one, every mention of a status is sorted before the first is counted.
            sql, given = (keys if cap is None else keys.order_by()[:cap]).query.sql_with_params()
        except EmptyResultSet:  # Django saw that nothing can be found
            continue
        statements.append(form.format(part=part, asked=sql))
        params += given
    if not statements:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), params)
        return list(cursor.fetchall())

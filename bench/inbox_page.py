"""The inbox's page as the server makes it: its time beside that of its statements and template alone; its queries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from bench.inbox_measure import Row, capture, time_median, time_statements
from bench.inbox_store import OFFICER
from bench.million_store import COMMON, RARE

PAGES = (
    ("all", "?view=semua"),
    ("new", "?view=baru"),
    ("a common word", f"?q={COMMON}"),
    ("a rare word", f"?q={RARE}"),
)
MOST_QUERIES = 12


def measure_pages() -> Iterator[Row]:
    """Each page through Django's own test client: every middleware, no socket."""
    from django.conf import settings
    from django.template.loader import get_template
    from django.test import Client
    from django.test.utils import setup_test_environment

    from storage.models import User

    setup_test_environment()
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    client = Client()
    client.force_login(User.objects.get(username=OFFICER))
    for label, suffix in PAGES:
        reply = client.get(f"/{suffix}")
        if reply.status_code != 200:
            raise RuntimeError(f"/{suffix} answers {reply.status_code}")
        context, template = cast("Any", reply.context)[0].flatten(), get_template("inbox/stream.html")
        sent = capture(lambda suffix=suffix: client.get(f"/{suffix}"))  # type: ignore[misc]
        sql = time_statements([one for one in sent if one[0].startswith(("SELECT", "WITH"))])
        bare = time_median(lambda: template.render(context, context["request"]))  # noqa: B023 -- used at once
        whole = time_median(lambda: client.get(f"/{suffix}"))  # noqa: B023 -- used at once
        times = whole / (sql + bare)
        note = f"{len(sent)} queries, {len(context.get('rows') or ())} rows; SQL {sql:.1f} + template {bare:.1f} ms"
        yield Row(
            label=f"page of {label} / its SQL and template", sql=sql, whole=whole, times=times, most=2.0, note=note
        )
        yield Row(label=f"queries of the page of {label}", sql=0, times=len(sent), most=MOST_QUERIES)

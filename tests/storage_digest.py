"""Every table of a store as a count and a hash, whatever the database; also as a script, for another store.

python -m tests.storage_digest     makes a small store as $KENTONGAN_CONFIG says, and prints its digest
"""

from __future__ import annotations

import json
from hashlib import sha256

from django.apps import apps
from django.db import connection


def digest() -> dict[str, tuple[int, str]]:
    """Table → rows and hash."""
    found = {}
    for model in apps.get_models():
        rows = [
            tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
            for row in model._base_manager.order_by("pk").values_list()
        ]
        found[model._meta.db_table] = len(rows), sha256(repr(rows).encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT band, mention_id FROM story_band ORDER BY 1, 2")
        bands = cursor.fetchall()
    return {**found, "story_band": (len(bands), sha256(repr(bands).encode()).hexdigest())}


def main() -> None:
    from kentongan.start import start_django

    start_django()
    from storage.history import begin_run, end_run
    from storage.ingest import save
    from storage.lease import release_lease, take_lease
    from storage.record import Ending, Poison, TermHit
    from storage.schema import migrate
    from tests.storage_sample import NOW, make_batch, make_incoming, make_source

    migrate()
    source = make_source()
    run = begin_run(source.pk, NOW)
    hit = TermHit(term="Dinas", field="text", start=0, length=5, passage="Dinas\t\\N")
    strange = make_incoming(
        "s", text='antrean\ttab \\ "petik"\n🙂 \\N', terms=(hit,), bands=(-1, 7), reactions={"like": 2}
    )
    save(source.pk, make_batch(strange, *(make_incoming(str(n), raw="<p>") for n in range(1_200))), run)
    save(source.pk, make_batch(make_incoming("1", text="antrean lain"), gone=("2",)), run)
    save(source.pk, make_batch(poison=(Poison(raw=b"\0\xff\\", reason="no id"),)), run)
    end_run(run, source.pk, NOW, Ending(outcome="ok", seconds=1.25), NOW)
    fence = take_lease("scheduler", "a", 30, NOW)
    assert fence is not None
    release_lease(fence)
    print(json.dumps(digest()))


if __name__ == "__main__":
    main()

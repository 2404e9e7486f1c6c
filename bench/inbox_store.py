"""The store of bench_inbox: million's, as an office leaves it after three years of deciding."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path

from bench.bench_save import start_django
from bench.million import apart
from bench.million_store import Facts, fill

# Of a thousand mentions, spread over all ages: the share of each status and tag.
STATUSES = (("closed", 800), ("ignored", 120), ("answered", 50), ("not_ours", 15), ("in_progress", 10), ("new", 5))
TAGS = (("question", 400), ("complaint", 300), ("other", 200), ("praise", 90), ("", 10))
OFFICER = "sari"


def open_store(url: str, folder: Path, total: int) -> Facts:
    """Make the store where it is not there yet."""
    known = folder / "facts.json"
    if not known.exists():
        start = time.perf_counter()
        facts = apart(fill, url, folder, total)
        print(f"{total:,} mentions made in {time.perf_counter() - start:.0f} s", flush=True)
        known.write_text(json.dumps(asdict(facts)), encoding="utf-8")
    apart(_decide, url, folder)
    return Facts(**json.loads(known.read_text(encoding="utf-8")))


def _decide(url: str, folder: Path) -> None:
    """Give every mention a status and a tag by its key; once."""
    start_django(url, folder)
    from django.core.management import call_command
    from django.db import connection

    from storage.models import User

    call_command("migrate", verbosity=0)
    if User.objects.filter(username=OFFICER).exists():
        return
    start = time.perf_counter()
    officer = User.objects.create_user(OFFICER, name="Sari", role="agent")
    status, tag = (
        _choose(STATUSES, "(id % 1000003) * 7919 % 1009 % 1000"),
        _choose(TAGS, "(id % 1000033) * 40503 % 1013"),
    )
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE mention SET status = {status}, tag = {tag}, reviewed = collected")
        cursor.execute(
            "UPDATE mention SET assignee_id = %s WHERE status = 'in_progress' AND id %% 2 = 0", [officer.pk]
        )
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"decided in {time.perf_counter() - start:.0f} s", flush=True)


def _choose(shares: tuple[tuple[str, int], ...], number: str) -> str:
    arms, below = "", 0
    for value, share in shares:
        below += share
        arms += f" WHEN {number} < {below} THEN '{value}'"
    return f"CASE{arms} ELSE '{shares[0][0]}' END"

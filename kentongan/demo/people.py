"""The demo's office: one person of each role, with passwords made at each start."""

from __future__ import annotations

from collections.abc import Iterator

PEOPLE = (
    ("pembaca", "viewer", "Pak Lurah Wibisono", "Kelurahan Sumberagung"),
    ("petugas", "agent", "Sari Wulandari", "Humas"),
    ("analis", "analyst", "Bayu Nugroho", "Data dan Informasi"),
    ("penyelia", "supervisor", "Ratna Kusumawati", "Humas"),
    ("admin", "admin", "Joko Prasetyo", "Teknologi Informasi"),
)


def add_people() -> Iterator[tuple[str, str, str]]:
    """Make them; gives role, name and password of each, which are shown once and kept nowhere."""
    from inbox.account.password import make_password
    from inbox.people import add_person

    for username, role, name, unit in PEOPLE:
        password = make_password()
        add_person(username, password, role=role, name=name, unit=unit, by="demo")
        yield role, username, password

"""Who may log in: added, given a role, a new password, disabled. By an administrator's page or on the server.

Each act stands in the audit trail, and ends the person's sessions where it takes something away.
"""

from __future__ import annotations

import re

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from inbox.permission import ADMIN, ROLES
from storage.audit import write_event
from storage.models import User

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,49}")


class PersonError(Exception):
    """It cannot be done; `str()` is the sentence that a person reads."""


@transaction.atomic
def add_person(
    username: str, password: str, *, role: str, name: str = "", unit: str = "", email: str = "", by: str
) -> User:
    """Somebody new; PersonError when the name is taken or odd, or the password is weak."""
    username = User.normalize_username(username)
    if not _NAME.fullmatch(username):
        raise PersonError(_("Nama pengguna: huruf kecil, angka, titik, garis; paling banyak 50."))
    if User.objects.filter(username=username).exists():
        raise PersonError(_("Nama pengguna %(name)s sudah dipakai.") % {"name": username})
    check_role(role)
    person = User(username=username, role=role, name=name.strip(), unit=unit.strip(), email=email.strip())
    check_password(password, person)
    person.set_password(password)
    person.save()
    _record("user.add", person, by, after={"role": role, "name": person.name, "unit": person.unit})
    return person


@transaction.atomic
def change_person(person: User, *, role: str, name: str, unit: str, email: str = "", by: str) -> User:
    """Another role, name or unit. With another role one logs in anew; the last administrator stays one."""
    check_role(role)
    before = {"role": person.role, "name": person.name, "unit": person.unit}
    if person.role == ADMIN != role:
        _check_not_last(person)
    person.role, person.name, person.unit, person.email = role, name.strip(), unit.strip(), email.strip()
    person.save(update_fields=["role", "name", "unit", "email"])
    if before["role"] != role:
        end_sessions(person)
    _record("user.change", person, by, before=before, after={"role": role, "name": person.name, "unit": person.unit})
    return person


@transaction.atomic
def set_password(person: User, password: str, *, by: str, forget_factor: bool = False) -> None:
    """Another password, and with it no session; the second factor too when the phone is lost."""
    check_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    if forget_factor:
        Authenticator.objects.filter(user=person).delete()
    end_sessions(person)
    _record("user.password", person, by, after={"second factor forgotten": forget_factor})


@transaction.atomic
def set_active(person: User, active: bool, *, by: str) -> None:
    """Let somebody log in, or no more; what they did keeps their name."""
    if not active and person.role == ADMIN:
        _check_not_last(person)
    person.is_active = active
    person.save(update_fields=["is_active"])
    if not active:
        end_sessions(person)
    _record("user.enable" if active else "user.disable", person, by)


def end_sessions(person: User) -> int:
    """Log somebody out everywhere; how many sessions that were."""
    sessions = list(UserSession.objects.filter(user=person))
    for session in sessions:
        session.end()
    return len(sessions)


def check_role(role: str) -> None:
    """PersonError names the roles there are."""
    if role not in ROLES:
        raise PersonError(_("Peran tidak dikenal: pilih %(roles)s.") % {"roles": ", ".join(ROLES)})


def check_password(password: str, person: User) -> None:
    """PersonError says why it is no good password for this person."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise PersonError(" ".join(error.messages)) from error


def _check_not_last(person: User) -> None:
    others = User.objects.filter(role=ADMIN, is_active=True).exclude(pk=person.pk)
    if not others.exists():
        raise PersonError(_("Ini admin terakhir; jadikan orang lain admin lebih dulu."))


def _record(action: str, person: User, by: str, *, before: object = None, after: object = None) -> None:
    write_event(by, action, person.username, before=before, after=after)

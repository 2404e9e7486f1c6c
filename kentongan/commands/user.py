"""Who may log in: add somebody, list all, disable one, give a new password.

The first administrator is made only here: `kentongan user add NAME --admin`. A password is asked for twice on a
terminal; elsewhere the first line of stdin is it.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from kentongan.audit import get_user
from kentongan.error import CommandError, UsageError
from kentongan.log import neutralize
from kentongan.output import say, warn
from kentongan.start import open_store

if TYPE_CHECKING:
    from storage.models import User

ROLES = ("viewer", "agent", "analyst", "supervisor", "admin")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One parser for each action."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="somebody who may log in", allow_abbrev=False)
    add.add_argument("name", metavar="NAME", help="what they log in with")
    add.add_argument("--role", metavar="R", choices=ROLES, help=f"one of {', '.join(ROLES)}")
    add.add_argument("--admin", action="store_true", help="the same as --role admin")
    add.add_argument("--name", metavar="TEXT", dest="full_name", default="", help="what colleagues call them")
    add.add_argument("--unit", metavar="TEXT", default="", help="the part of the office")
    add.set_defaults(run=run_add)
    listing = actions.add_parser("list", help="everybody: name, role, state", allow_abbrev=False)
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(run=run_list)
    disable = actions.add_parser("disable", help="let somebody log in no more, at once", allow_abbrev=False)
    disable.add_argument("name", metavar="NAME")
    disable.set_defaults(run=run_disable)
    password = actions.add_parser("password", help="a new password; ends the person's sessions", allow_abbrev=False)
    password.add_argument("name", metavar="NAME")
    password.add_argument(
        "--forget-second-factor", action="store_true", help="the phone is lost: it is set up anew at the log-in"
    )
    password.set_defaults(run=run_password)


def run_add(args: argparse.Namespace) -> int:
    """Make the person; the password is asked for first."""
    role = "admin" if args.admin else args.role
    if role is None or (args.admin and args.role not in {None, "admin"}):
        raise UsageError("kentongan user add: say what they may do: --role " + "|".join(ROLES) + ", or --admin")
    open_store(make=True)
    from django.utils import translation

    from inbox.people import PersonError, add_person

    with translation.override("id"):
        try:
            made = add_person(
                args.name, _ask_password(), role=role, name=args.full_name, unit=args.unit, by=_get_actor()
            )
        except PersonError as error:
            raise CommandError(f"kentongan user add: {error}") from error
    say(f"{made.username} ({role}) may log in")
    return 0


def run_list(args: argparse.Namespace) -> int:
    """A line for each person."""
    open_store(make=True)
    from storage.models import User

    people = User.objects.order_by("username")
    for person in people:
        row = {
            "username": person.username,
            "name": person.name,
            "role": person.role,
            "unit": person.unit,
            "active": person.is_active,
            "last_login": person.last_login.isoformat() if person.last_login else None,
        }
        say(json.dumps(row, ensure_ascii=False) if args.json else neutralize(_lay_out(person)))
    if not people and not args.json:
        say("nobody can log in yet; `kentongan user add NAME --admin` makes the first administrator")
    return 0


def run_disable(args: argparse.Namespace) -> int:
    """Their sessions end now."""
    open_store(make=True)
    from django.utils import translation

    from inbox.people import PersonError, set_active

    with translation.override("id"):
        try:
            set_active(_find(args.name), False, by=_get_actor())
        except PersonError as error:
            raise CommandError(f"kentongan user disable: {error}") from error
    say(f"{args.name} can log in no more; what they did keeps their name")
    return 0


def run_password(args: argparse.Namespace) -> int:
    """Their sessions end now."""
    open_store(make=True)
    from django.utils import translation

    from inbox.people import PersonError, set_password

    person = _find(args.name)
    with translation.override("id"):
        try:
            set_password(person, _ask_password(), by=_get_actor(), forget_factor=args.forget_second_factor)
        except PersonError as error:
            raise CommandError(f"kentongan user password: {error}") from error
    say(f"{person.username} has a new password and is logged out everywhere")
    return 0


def _find(name: str) -> User:
    from storage.models import User

    try:
        return User.objects.get_by_natural_key(name)
    except User.DoesNotExist:
        raise CommandError(f'there is nobody of the name "{name}"; `kentongan user list` lists all') from None


def _ask_password() -> str:
    """Twice without echo on a terminal, else one line of stdin."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        if not line:
            raise UsageError("kentongan user: no password came on stdin; write it as the first line")
        return line.rstrip("\r\n")
    from getpass import getpass

    warn("12 to 128 characters; a short sentence is best")
    first = getpass("Password: ")
    if getpass("Again: ") != first:
        raise UsageError("kentongan user: the two passwords differ; nothing was done")
    return first


def _get_actor() -> str:
    return f"command line: {get_user()}"[:200]


def _lay_out(person: User) -> str:
    seen = f"{person.last_login:%Y-%m-%d %H:%M} UTC" if person.last_login else "never logged in"
    state = "" if person.is_active else "  disabled"
    return f"{person.username:20}  {person.role:10}  {person.get_full_name():30}  {seen}{state}"

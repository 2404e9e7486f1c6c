"""Who may do what, in one table: a route's name says which right it needs, a right says which roles have it.

A route that stands in neither table is refused (inbox/middleware/gate.py); a test walks route × role × method.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

VIEWER, AGENT, ANALYST, SUPERVISOR, ADMIN = ROLES = ("viewer", "agent", "analyst", "supervisor", "admin")

PUBLIC: Final = "public"  # for anybody, logged in or not
ALWAYS: Final = "always"  # for anybody who logged in, also before a second factor that the office requires

# Right -> the roles that have it.
RIGHTS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        ALWAYS: frozenset(ROLES),
        "read": frozenset(ROLES),
        "act": frozenset({AGENT, SUPERVISOR, ADMIN}),  # tag, status, assign, note, topic
        "bulk": frozenset({AGENT, SUPERVISOR, ADMIN}),
        "enter": frozenset({AGENT, SUPERVISOR, ADMIN}),  # manual entry, import
        "export": frozenset({ANALYST, SUPERVISOR, ADMIN}),
        "reveal": frozenset({ANALYST, SUPERVISOR, ADMIN}),  # personal data that is masked, with a reason
        "raw": frozenset({AGENT, SUPERVISOR, ADMIN}),  # sees personal data unmasked anyway
        "confidential": frozenset({SUPERVISOR, ADMIN}),
        "share": frozenset({SUPERVISOR, ADMIN}),  # views for all, topics
        "see sources": frozenset({SUPERVISOR, ADMIN}),
        "sources": frozenset({ADMIN}),  # sources, terms
        "users": frozenset({ADMIN}),
    }
)

# Route name -> the right that it needs. One block a page family, in the order of inbox/urls.py.
ROUTES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "stream": "read",
        # finding; whose view may be changed, the view itself asks
        "suggest_search": "read",
        "filter_search": "read",
        "search_help": "read",
        "saved_views": "read",
        "new_view": "read",
        "restore_view": "read",
        "change_view": "read",
        "order_view": "read",
        "delete_view": "read",
        "live": "read",
        "counts": "read",
        "keys": "read",
        "mention": "read",
        "mention_beside": "read",
        "presence": "read",
        "reveal": "reveal",
        "export": "export",
        "mention_tag": "act",
        "mention_status": "act",
        "mention_assign": "act",
        "mention_note": "act",
        "mention_edit": "act",
        "draft": "act",
        "undo": "act",
        "bulk": "bulk",
        "bulk_start": "bulk",
        "bulk_progress": "bulk",
        "bulk_stop": "bulk",
        "bulk_undo": "bulk",
        # recording and importing
        "entry": "enter",
        "attachment": "read",
        "import": "enter",
        "import_file": "enter",
        "refused_rows": "enter",
        # topics
        "topics": "share",
        "topics_archived": "share",
        "topic": "share",
        "topic_archive": "share",
        "topic_merge": "share",
        "topic_undo": "share",
        # sources and terms
        "sources": "see sources",
        "source": "see sources",
        "source_live": "see sources",
        "source_pause": "sources",
        "source_resume": "sources",
        "source_collect": "sources",
        "source_enable": "sources",
        "source_try": "sources",
        "source_replay": "sources",
        "source_drop": "sources",
        "source_add": "sources",
        "source_look": "sources",
        "source_keep": "sources",
        "terms": "see sources",
        "terms_applying": "see sources",
        "term": "sources",
        "term_preview": "sources",
        "term_save": "sources",
        "term_remove": "sources",
        "terms_apply": "sources",
        # people
        "people": "users",
        "new_person": "users",
        "person": "users",
        "person_password": "users",
        "person_active": "users",
        "person_sessions": "users",
        # operations
        "healthz": PUBLIC,
        "readyz": PUBLIC,
        # language
        "set_language": PUBLIC,
        # one's own account
        "account": ALWAYS,
        # logging in (allauth)
        "account_login": PUBLIC,
        "account_logout": PUBLIC,
        "account_inactive": PUBLIC,
        "account_reauthenticate": ALWAYS,
        "account_change_password": ALWAYS,
        "mfa_authenticate": PUBLIC,
        "mfa_reauthenticate": ALWAYS,
        "mfa_index": ALWAYS,
        "mfa_activate_totp": ALWAYS,
        "mfa_totp_picture": ALWAYS,
        "mfa_deactivate_totp": ALWAYS,
        "mfa_view_recovery_codes": ALWAYS,
        "mfa_generate_recovery_codes": ALWAYS,
        "mfa_download_recovery_codes": ALWAYS,
        "usersessions_list": ALWAYS,
        "openid_connect_login": PUBLIC,
        "openid_connect_callback": PUBLIC,
        "socialaccount_login_cancelled": PUBLIC,
        "socialaccount_login_error": PUBLIC,
    }
)

# Routes that take a file, and so a larger body.
UPLOADS: Final[frozenset[str]] = frozenset({"entry", "import"})


def has_right(role: str, right: str) -> bool:
    """May this role do that?"""
    return role in RIGHTS[right]


def get_route_right(name: str | None) -> str | None:
    """What a route needs; None when it is not declared, which nobody may ask for."""
    return ROUTES.get(name or "")

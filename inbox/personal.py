"""Who sees personal data in citizens' texts: a screen before each text that a page shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.contrib.sessions.backends.base import SessionBase

from inbox.permission import has_right
from storage.models.person import User
from storage.privacy import mask

_KEPT: Final = "revealed"  # in the session: the mentions whose personal data this reader was shown, for a reason
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Screen:
    """Hides personal data from those who have no need of it, leaving every other character at its place."""

    opaque: bool
    revealed: frozenset[int] = frozenset()

    def before(self, mention_id: int) -> Screen:
        """The screen before what one mention says: none where this reader said why they must see it."""
        return replace(self, opaque=False) if mention_id in self.revealed else self

    def hide(self, text: str) -> str:
        """The text as this reader may see it, as long as it was: what is marked in it stands where it stood."""
        return mask(text) if self.opaque else text

    def hide_link(self, address: str) -> str:
        """An address, unless it gives away what is hidden."""
        return address if self.hide(address) == address else ""


def get_screen(user: User, session: SessionBase) -> Screen:
    """The screen before one reader, in one session."""
    return Screen(opaque=not has_right(user.role, "raw"), revealed=frozenset(session.get(_KEPT, ())))


def lift(session: SessionBase, mention_id: int) -> None:
    """Show this mention's personal data for as long as the session lasts."""
    session[_KEPT] = [*(key for key in session.get(_KEPT, ()) if key != mention_id), mention_id][-_MOST:]

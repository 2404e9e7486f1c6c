"""Who sees personal data in citizens' texts: a screen before each text that a page shows."""

from __future__ import annotations

from dataclasses import dataclass

from inbox.permission import has_right
from storage.models.person import User
from storage.privacy import find_personal


@dataclass(frozen=True, slots=True)
class Screen:
    """Hides personal data from those who have no need of it, leaving every other character at its place."""

    opaque: bool

    def hide(self, text: str) -> str:
        """The text as this reader may see it, as long as it was: what is marked in it stands where it stood."""
        if not self.opaque:
            return text
        for span in find_personal(text):
            text = text[: span.start] + "•" * span.length + text[span.end :]
        return text


def get_screen(user: User) -> Screen:
    """The screen before one reader."""
    return Screen(opaque=not has_right(user.role, "raw"))

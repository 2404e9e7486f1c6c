"""What people hand in goes through an object that the assembled application gives: it knows the terms and sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from collectors.item import Item
from collectors.tables.read import RefusedRow
from pipeline.outcome import Outcome

COUNTER = "loket"  # the source of what officers write down
# How it came to the counter; these are channels like website and news, so that they can be searched and counted.
ARRIVALS: Mapping[str, str | Promise] = {
    "counter": _("Datang langsung"),
    "phone": _("Telepon"),
    "letter": _("Surat"),
    "social": _("Tangkapan layar media sosial"),
}


class Intake(Protocol):
    """Stores what was handed in by the way of what is collected."""

    def store_file(
        self, path: Path, name: str, channel: str, mapping: Mapping[str, str], refuse: Callable[[RefusedRow], None]
    ) -> Outcome:
        """The rows of a file as a run of the import of this name; ValueError when the name is a polled source's."""

    def store_item(self, item: Item, name: str, channel: str) -> int:
        """One item as a mention of the source of this name, and that source's key; ValueError when it cannot be."""


def get_intake() -> Intake:
    """The one that the settings name."""
    intake: Intake = import_string(settings.INTAKE)()
    return intake

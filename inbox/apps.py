"""Django's name for this room."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The pages; the tables are the storage room's."""

    name = "inbox"

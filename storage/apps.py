"""Django's name for this room."""

from django.apps import AppConfig


class StorageConfig(AppConfig):
    """The tables of Kentongan."""

    name = "storage"
    default_auto_field = "django.db.models.BigAutoField"

"""The people of the office: who may log in, and what their role lets them do."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Role(models.TextChoices):
    """What somebody may do; which role holds which right stands in inbox/permission.py."""

    VIEWER = "viewer"
    AGENT = "agent"
    ANALYST = "analyst"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class UserManager(BaseUserManager["User"]):
    """Makes people, and finds them by their name however its letters are cased."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """A person with this role (viewer unless told); without a password nobody can log in as them."""
        user = self.model(username=User.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=User.normalize_username(username or ""))


class User(AbstractBaseUser):
    """Somebody who logs in. People are made inactive, never deleted: their name stands in the history of acts."""

    username = models.CharField(max_length=150, unique=True, help_text="lower case; what one logs in with")
    name = models.CharField(max_length=200, default="", blank=True, help_text="as colleagues call them")
    email = models.EmailField(max_length=254, default="", blank=True)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.VIEWER)
    unit = models.CharField(max_length=100, default="", blank=True, help_text="the part of the office")
    language = models.CharField(max_length=8, default="", blank=True, help_text="empty: the agency's")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        db_table = "person"  # "user" is a word of SQL

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """One spelling of a name: "Sari" and "sari" are one person."""
        return str(super().normalize_username(username)).strip().lower()

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.name.partition(" ")[0] or self.username

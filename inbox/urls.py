"""Every address of the inbox; what each needs stands in inbox/permission.py under the same name."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from inbox.account.urls import urlpatterns as allauth_pages
from inbox.views import account, health, home, language

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.stream, name="stream"),
    path("language", language.set_language, name="set_language"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("account/", account.show_account, name="account"),
    *allauth_pages,
]

"""Every address of the inbox; what each needs stands in inbox/permission.py under the same name."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from inbox.account.urls import urlpatterns as allauth_pages
from inbox.views import account, act, bulk, edit, health, language, live, mention, saved_view, search, stream

urlpatterns: list[URLPattern | URLResolver] = [
    path("", stream.stream, name="stream"),
    path("search/suggest", search.suggest_search, name="suggest_search"),
    path("search/filter", search.filter_search, name="filter_search"),
    path("help/search", search.show_search_help, name="search_help"),
    path("views/", saved_view.saved_views, name="saved_views"),
    path("views/new", saved_view.new_view, name="new_view"),
    path("views/restore", saved_view.restore_view, name="restore_view"),
    path("views/<slug:slug>/change", saved_view.change_view, name="change_view"),
    path("views/<slug:slug>/order", saved_view.order_view, name="order_view"),
    path("views/<slug:slug>/delete", saved_view.delete_view, name="delete_view"),
    path("live", live.live, name="live"),
    path("undo", act.undo, name="undo"),
    path("bulk", bulk.bulk, name="bulk"),
    path("bulk/start", bulk.bulk_start, name="bulk_start"),
    path("bulk/<int:key>", bulk.bulk_progress, name="bulk_progress"),
    path("bulk/<int:key>/stop", bulk.bulk_stop, name="bulk_stop"),
    path("bulk/<int:key>/undo", bulk.bulk_undo, name="bulk_undo"),
    path("help/keys", stream.keys, name="keys"),
    path("mentions/<int:mention_id>", mention.mention, name="mention"),
    path("mentions/<int:mention_id>/tag", act.mention_tag, name="mention_tag"),
    path("mentions/<int:mention_id>/status", act.mention_status, name="mention_status"),
    path("mentions/<int:mention_id>/assign", act.mention_assign, name="mention_assign"),
    path("mentions/<int:mention_id>/note", act.mention_note, name="mention_note"),
    path("mentions/<int:mention_id>/edit", edit.mention_edit, name="mention_edit"),
    path("mentions/<int:mention_id>/draft", live.draft, name="draft"),
    path("mentions/<int:mention_id>/presence", live.presence, name="presence"),
    path("mentions/<int:mention_id>/go/<slug:side>", mention.mention_beside, name="mention_beside"),
    path("language", language.set_language, name="set_language"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("account/", account.show_account, name="account"),
    *allauth_pages,
]

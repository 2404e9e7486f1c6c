"""The addresses of sources and terms."""

from __future__ import annotations

from django.urls import URLPattern, path

from inbox.views import newcomer, sources, terms

urlpatterns: list[URLPattern] = [
    path("sources", sources.list_sources, name="sources"),
    path("sources/add", newcomer.add, name="source_add"),
    path("sources/look/<str:mark>", newcomer.show_look, name="source_look"),
    path("sources/look/<str:mark>/keep", newcomer.keep, name="source_keep"),
    path("sources/<int:source_id>", sources.show_source, name="source"),
    path("sources/<int:source_id>/live", sources.show_live, name="source_live"),
    path("sources/<int:source_id>/pause", sources.pause, name="source_pause"),
    path("sources/<int:source_id>/resume", sources.resume, name="source_resume"),
    path("sources/<int:source_id>/collect", sources.collect, name="source_collect"),
    path("sources/<int:source_id>/enable", sources.enable, name="source_enable"),
    path("sources/<int:source_id>/try", sources.try_source, name="source_try"),
    path("sources/<int:source_id>/replay", sources.replay, name="source_replay"),
    path("sources/<int:source_id>/drop", sources.drop, name="source_drop"),
    path("terms", terms.list_terms, name="terms"),
    path("terms/edit", terms.edit, name="term"),
    path("terms/preview", terms.preview_term, name="term_preview"),
    path("terms/save", terms.save, name="term_save"),
    path("terms/remove", terms.remove, name="term_remove"),
    path("terms/apply", terms.apply, name="terms_apply"),
    path("terms/applying", terms.show_applying, name="terms_applying"),
]

"""`{% instant time now %}`: how long ago, with the exact time of the agency's clock on hover."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from inbox.moment import tell_age, tell_clock, tell_exact

register = template.Library()


@register.simple_tag
def instant(when: datetime, now: datetime) -> SafeString:
    """A past time in words; a coming one by the clock."""
    said = tell_age(when, now) if when <= now else tell_clock(when, now)
    return format_html('<time datetime="{}" title="{}">{}</time>', when.isoformat(), tell_exact(when), said)

"""Personal data of one mention, shown to who may see it and says why; written down before it is shown (P2)."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox.desk import sit_down
from inbox.forms.reveal import RevealForm
from inbox.personal import lift
from inbox.request import StaffRequest
from inbox.views.mention import get_mention, show_mention
from storage import review


@require_POST
def reveal(request: StaffRequest, mention_id: int) -> HttpResponse:
    """Write down who and why, then show this mention as it is, in this session only."""
    desk = sit_down(request, with_saved=not request.htmx)
    mention = get_mention(desk, mention_id)
    form = RevealForm(request.POST)
    if not form.is_valid():
        notice = _("Tulis alasannya dulu; tanpa alasan data pribadi tidak ditampilkan.")
        return show_mention(request, desk, mention, {"notices": [notice]}, status=422)
    review.reveal(mention, by=request.user, why=form.cleaned_data["why"], origin=request.META.get("REMOTE_ADDR", ""))
    lift(request.session, mention.pk)
    if not request.htmx:
        return HttpResponseRedirect(reverse("mention", args=[mention.pk]) + desk.place.get_suffix(), status=303)
    return show_mention(request, sit_down(request, with_saved=False), mention)

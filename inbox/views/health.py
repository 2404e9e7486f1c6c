"""Is this process alive (`/healthz`), and could it do its work now (`/readyz`)? For what watches it."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from inbox.readiness import examine


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 as long as pages are answered; asks nothing of the store."""
    return JsonResponse({"alive": True})


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """200, or 503 with the names of what is not in order; no detail, for anybody may ask."""
    found = examine()
    return JsonResponse({"ready": all(found.values()), **found}, status=200 if all(found.values()) else 503)

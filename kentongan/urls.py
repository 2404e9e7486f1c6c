"""The addresses of the whole application; which page is where stands in inbox/urls.py."""

from django.urls import include, path

handler400 = "inbox.views.error.bad_request"
handler403 = "inbox.views.error.forbidden"
handler404 = "inbox.views.error.not_found"
handler500 = "inbox.views.error.broken"

urlpatterns = [path("", include("inbox.urls"))]

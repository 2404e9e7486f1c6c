"""The addresses of the whole application; which page is where stands in inbox/urls.py."""

from django.urls import include, path

from inbox.office import set_office
from kentongan.office import ConfiguredOffice
from kentongan.settings import CONFIG
from reports.download import download

set_office(ConfiguredOffice(CONFIG.path))

handler400 = "inbox.views.error.bad_request"
handler403 = "inbox.views.error.forbidden"
handler404 = "inbox.views.error.not_found"
handler500 = "inbox.views.error.broken"

# What belongs to no page of the inbox; inbox/permission.py says who may.
urlpatterns = [path("export", download, name="export"), path("", include("inbox.urls"))]

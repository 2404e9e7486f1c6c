"""The inbox for a web server: `application`, on the configuration that $KENTONGAN_CONFIG names."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kentongan.settings")
application = get_wsgi_application()

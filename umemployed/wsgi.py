"""WSGI entry: every REST request and page, on persistent threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "umemployed.settings")
from umemployed.api.requests import PlainRequest  # isort: skip

application = get_wsgi_application()
application.request_class = PlainRequest

"""The Celery application. Queues and the clock stand in the settings; each app brings its ``tasks``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "umemployed.settings")
app = Celery("umemployed", task_cls="umemployed.api.quarantine:QuarantinedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

"""The Celery application. Queues and the clock stand in the settings; each app brings its ``tasks``."""

import os
import warnings

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "umemployed.settings")
app = Celery("umemployed", task_cls="umemployed.api.quarantine:QuarantinedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

if os.environ.get("UMEMPLOYED_ENV") == "embedded":
    # In the house of one terminal, root is whoever began it in a container; our tasks are JSON and never pickles.
    warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")

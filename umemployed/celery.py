"""The Celery application: queues, and the clock that sweeps what a lost bell left behind."""

import os

from celery import Celery
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "umemployed.settings")
app = Celery("umemployed")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = [Queue(name) for name in ("critical", "default", "bulk")]
app.autodiscover_tasks()

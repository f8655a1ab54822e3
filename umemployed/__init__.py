"""The project package: the roof (settings, urls, asgi, wsgi, celery) and the ground (every folder beside them)."""

# Whoever queues a task must know our broker, the web processes and commands included.
from umemployed.celery import app as celery_app

__all__ = ["celery_app"]

"""The project package: the roof (settings, urls, asgi, wsgi, celery) and the ground (every folder beside them)."""

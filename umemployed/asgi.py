"""ASGI entry of one process that serves everything: REST on WSGI threads, sockets on the event loop.

REST runs through WSGI on a bounded pool of persistent threads, because that costs a third of the
same view through Django's ASGI handler and lets database connections live (docs/decisions/0003).
"""

import os
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "umemployed.settings")

from umemployed.wsgi import application as wsgi_application

# Django is set up now, as the sockets' modules need it.
from applications.board.routing import urlpatterns as board_sockets  # isort: skip
from messaging.routing import urlpatterns as messaging_sockets  # isort: skip
from notifications.routing import urlpatterns as notification_sockets  # isort: skip
from umemployed.realtime.routing import socket_router  # isort: skip

http_application = WSGIMiddleware(cast("Any", wsgi_application), workers=int(os.environ.get("WEB_THREADS", "16")))
application = ProtocolTypeRouter(
    {"http": http_application, "websocket": socket_router([*board_sockets, *messaging_sockets, *notification_sockets])}
)

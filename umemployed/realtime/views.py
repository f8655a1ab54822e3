"""The two REST routes beside the sockets: a ticket to enter, and the state to start from."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.authentication import get_authorization_header
from rest_framework.request import Request
from rest_framework.response import Response

from umemployed.api.views import ApiView
from umemployed.realtime.authority import authority
from umemployed.realtime.bootstrap import bootstrap
from umemployed.realtime.serializers import BootstrapSerializer, TicketSerializer
from umemployed.realtime.tickets import LIFETIME, issue_ticket


class TicketView(ApiView):
    """Tickets for sockets."""

    serializer_class = TicketSerializer
    success_status = {"post": 201}

    def post(self, request: Request) -> Response:
        """Return a ticket that opens one socket once, within 30 seconds, in the caller's session."""
        token = get_authorization_header(request).split()[-1].decode("ascii")
        principal = authority().authenticate_token(token)
        return self.answer({"ticket": issue_ticket(principal), "expires_at": timezone.now() + LIFETIME})


class BootstrapView(ApiView):
    """The state of all sockets."""

    serializer_class = BootstrapSerializer

    def get(self, request: Request) -> Response:
        """Return every socket's state and the number to resume after, read at one moment."""
        return self.answer({"sockets": bootstrap(request.user)})

"""The doors for mail providers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.response import Response

from notifications.deliverability.serializers import (
    PostmarkReportWriteSerializer,
    ReportWriteSerializer,
    TakenSerializer,
)
from notifications.deliverability.services import take_report
from notifications.deliverability.signatures import ReportNotSigned, demand_password, demand_signature
from umemployed.api.views import ApiView


class ReportsView(ApiView):
    """A bounce or a complaint, in our own format, signed as Standard Webhooks says."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    serializer_class = TakenSerializer
    write_serializer_class: Any = ReportWriteSerializer
    throttle_scope = "mail_reports"
    errors = [ReportNotSigned]
    demand: Callable[[HttpRequest], None] = staticmethod(demand_signature)

    def post(self, request: Request) -> Response:
        """Take one report; again is the same."""
        type(self).demand(request._request)
        read: Any = self.body()
        return self.answer({"is_new": take_report(read.report())})


class PostmarkReportsView(ReportsView):
    """The same from Postmark: its Bounce and SpamComplaint webhooks, with a secret as the password of HTTP Basic."""

    write_serializer_class = PostmarkReportWriteSerializer
    demand = staticmethod(demand_password)

"""The doors for mail providers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from notifications.deliverability.serializers import (
    PostmarkReportWriteSerializer,
    ReportWriteSerializer,
    SnsMessageWriteSerializer,
    TakenSerializer,
)
from notifications.deliverability.services import take_report
from notifications.deliverability.signatures import ReportNotSigned, demand_password, demand_signature
from notifications.deliverability.sns import CONFIRMATION, AmazonUnreachable, confirm, demand_topic
from umemployed.api.parsers import StrictJSONParser
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


class PlainJSONParser(StrictJSONParser):
    """SNS says of its JSON that it is plain text."""

    media_type = "text/plain"


class SesReportsView(ReportsView):
    """The same from Amazon SES by way of SNS, signed by Amazon; also says yes to our subscription."""

    write_serializer_class = SnsMessageWriteSerializer
    parser_classes: Sequence[type[BaseParser]] = [PlainJSONParser, StrictJSONParser]
    # Amazon may be asked for its certificate meanwhile; each report is a transaction of its own.
    transactional = False
    errors = [ReportNotSigned, AmazonUnreachable]

    def post(self, request: Request) -> Response:
        """Take what one message reports, or say yes to our own subscription; again is the same."""
        demand_topic(request._request)
        read: Any = self.body()
        if read.validated_data["Type"] == CONFIRMATION:
            confirm(read.validated_data.get("SubscribeURL", ""))
        taken = [take_report(report) for report in read.reports()]
        return self.answer({"is_new": any(taken)})

"""What mails say about themselves."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from notifications.models import Mail, MailServer, MailStatus
from umemployed.api.metrics import gauge, measures

COUNTED = [MailStatus.QUEUED, MailStatus.SENDING, MailStatus.FAILED]


@measures
def mails() -> Iterable[Metric]:
    """Measure what is on its way or failed, never the whole table; two queries on partial indexes."""
    family = GaugeMetricFamily("umemployed_mails", "Mails on their way, or failed.", labels=["status", "queue"])
    rows = Mail.objects.filter(status__in=COUNTED).order_by().values_list("status", "queue")
    for status, queue, count in rows.annotate(count=Count("pk")):
        family.add_metric([status, queue], count)
    yield family
    now = timezone.now()
    due = Mail.objects.filter(status__in=[MailStatus.QUEUED, MailStatus.SENDING], due_at__lte=now).order_by()
    since = dict(due.values_list("queue").annotate(since=Min("due_at")))
    ages = {queue: (now - at).total_seconds() for queue, at in since.items()}
    yield gauge("mail_oldest_seconds", "For how long the oldest mail has been due.", "queue", ages)


@measures
def mail_servers() -> Iterable[Metric]:
    """Measure since when a mail server has been out; one query on a table of as many rows as there are servers."""
    now = timezone.now()
    servers = list(MailServer.objects.order_by("pk").values_list("name", "failures", "out_since"))
    out = {name: (now - since).total_seconds() if since else 0 for name, _failures, since in servers}
    yield gauge("mail_server_out_seconds", "For how long the mail server has been out, or 0.", "server", out)
    failures = {name: count for name, count, _since in servers}
    yield gauge("mail_server_failures", "Failures of the mail server in a row.", "server", failures)

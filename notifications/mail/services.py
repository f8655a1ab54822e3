"""Owing a mail, handing it to a worker, and finding those that were lost on the way."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import redis
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.backoff import NoBackoff
from redis.retry import Retry

from notifications.mail.models import Mail, MailQueue, MailStatus
from umemployed.api.errors import Forbidden
from umemployed.audit.record import record

if TYPE_CHECKING:
    from celery import Task

    from accounts.models import User

logger = logging.getLogger(__name__)

# How long a handed-over mail may stay unclaimed before its task counts as lost. A queue that is only
# long gets its tasks twice then, which costs a look at the row and nothing else.
PATIENCE = {
    MailQueue.CRITICAL: timedelta(seconds=30),
    MailQueue.DEFAULT: timedelta(minutes=3),
    MailQueue.BULK: timedelta(minutes=30),
}
SWEEP_SIZE = 500


@transaction.atomic
def post_mail(
    *,
    fact: str,
    kind: str,
    to_address: str,
    language: str,
    recipient: User | None = None,
    queue: MailQueue = MailQueue.DEFAULT,
    delay: timedelta = timedelta(0),
    **context: Any,
) -> Mail | None:
    """Owe one mail for one fact; return None when this fact is already mailed.

    ``context`` must be ids. The task is queued on commit; a delayed mail is picked up by the sweep.
    """
    now = timezone.now()
    mail, created = Mail.objects.get_or_create(
        fact=fact,
        defaults={
            "kind": kind,
            "recipient": recipient,
            "to_address": to_address,
            "language": language,
            "context": context,
            "queue": queue,
            "due_at": now + delay,
            "handed_over_at": None if delay else now,
        },
    )
    if not created:
        return None
    if not delay:
        transaction.on_commit(lambda: hand_over([(mail.pk, mail.queue)]))
    return mail


@transaction.atomic
def post_mails(mails: Sequence[Mail]) -> None:
    """Owe many mails, each for one fact; what is mailed already is left as it is. Two statements.

    The rows are made by the caller, unsaved, with all that ``post_mail`` is told.
    """
    if not mails:
        return
    now = timezone.now()
    for mail in mails:
        mail.handed_over_at = now if mail.due_at <= now else None
    Mail.objects.bulk_create(mails, ignore_conflicts=True)
    # A fact that was mailed already has a row of another id.
    posted = Mail.objects.filter(public_id__in=[mail.public_id for mail in mails], handed_over_at=now)
    ready = list(posted.order_by("pk").values_list("pk", "queue"))
    if ready:
        transaction.on_commit(lambda: hand_over(ready))


def hand_over(mails: list[tuple[int, str]]) -> None:
    """Queue a task for each (id, queue). A broker that is down is not an error: the sweep comes again."""
    from notifications.tasks import send_mail

    left = list(mails)
    try:
        # Celery alone would wait six seconds for every mail, and we run in the relay's only thread.
        _broker.ping()
        while left:
            mail_id, queue = left[0]
            send_mail.apply_async(kwargs={"mail_id": mail_id}, queue=queue, retry=False)
            del left[0]
    except (redis.RedisError, OperationalError) as error:
        Mail.objects.filter(pk__in=[mail_id for mail_id, _ in left]).update(handed_over_at=None)
        logger.warning("The broker is away (%s); %d mails wait for the sweep.", type(error).__name__, len(left))


def call_soon(task: Task, queue: str) -> None:
    """Queue a task without arguments on commit. A broker that is down is not an error where a sweep comes again."""

    def call() -> None:
        try:
            _broker.ping()
            task.apply_async(queue=queue, retry=False)
        except (redis.RedisError, OperationalError) as error:
            logger.warning("The broker is away (%s); %s waits for the sweep.", type(error).__name__, task.name)

    transaction.on_commit(call)


_broker = redis.Redis.from_url(
    settings.BROKER_URL, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 0)
)


def lost(now: datetime) -> Q:
    """Match what is due and in nobody's hands: never handed over, handed over in vain, or its sender died."""
    in_vain = Q()
    for queue, patience in PATIENCE.items():
        in_vain |= Q(queue=queue, handed_over_at__lt=now - patience)
    queued = Q(status=MailStatus.QUEUED, due_at__lte=now) & (Q(handed_over_at__isnull=True) | in_vain)
    not_yet_again = Q(handed_over_at__isnull=True) | Q(handed_over_at__lt=F("leased_until"))
    return queued | Q(status=MailStatus.SENDING, leased_until__lt=now) & (not_yet_again | in_vain)


@transaction.atomic
def sweep_mails() -> int:
    """Hand lost mails over again, most urgent first; return how many. Safe to run twice at once."""
    now = timezone.now()
    found: list[tuple[int, str]] = []
    for queue in MailQueue.values:
        waiting = (
            Mail.objects.filter(lost(now), queue=queue).order_by("due_at", "pk").select_for_update(skip_locked=True)
        )
        found += waiting.values_list("pk", "queue")[: SWEEP_SIZE - len(found)]
    if found:
        Mail.objects.filter(pk__in=[mail_id for mail_id, _ in found]).update(handed_over_at=now)
        transaction.on_commit(lambda: hand_over(found))
    return len(found)


@transaction.atomic
def retry_mails(*, actor: User, mail_ids: Iterable[int]) -> int:
    """Send the failed ones among these mails again; return how many. Staff only, through the admin."""
    if not actor.is_staff:
        raise Forbidden
    now = timezone.now()
    failed = list(Mail.objects.select_for_update().filter(pk__in=mail_ids, status=MailStatus.FAILED).order_by("pk"))
    Mail.objects.filter(pk__in=[mail.pk for mail in failed]).update(
        status=MailStatus.QUEUED, attempts=0, deaths=0, excused=0, due_at=now, handed_over_at=now, updated_at=now
    )
    for mail in failed:
        record("mail:retried", actor=actor, target=mail)
    transaction.on_commit(lambda: hand_over([(mail.pk, mail.queue) for mail in failed]))
    return len(failed)

"""Telling people, and remembering what they have read."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from applications.models import Application
from companies.blocks.questions import blocked_with, blockers_of_company
from companies.models import Membership
from notifications.hours import hours_of, quiet_pause
from notifications.kinds import KINDS
from notifications.mail.models import MailQueue
from notifications.mail.services import post_mail
from notifications.models import MailMode, Notification, NotificationHours
from notifications.preferences import choices_of
from notifications.push import SOCKET, push_created, push_read
from umemployed.api.errors import NotFound
from umemployed.realtime.stream import cut, hold, redact

if TYPE_CHECKING:
    from accounts.models import User
    from jobs.models import Job
    from umemployed.events.log import Meta


@dataclass(frozen=True)
class News:
    """What is told: one fact, and how its mail is made.

    ``actor_id`` is the event's actor unless another is named; ``is_anonymous`` does not show who it was.
    ``company_id`` is the company that is a party to the fact. With ``for_team`` it is told to the company's
    people on its behalf, of this ``job_id`` if any, and only for as long as they may know.
    ``mail_facts`` joins several events into one mail for a person, e.g. the messages of a conversation until
    they are read; by default each event is one. ``mail_context`` are the row ids that the letter needs.
    """

    kind: str
    meta: Meta
    group: str
    data: Mapping[str, Any]
    actor_id: int | None = None
    is_receipt: bool = False
    is_anonymous: bool = False
    company_id: int | None = None
    for_team: bool = False
    job_id: int | None = None
    mail_context: Mapping[str, int] = field(default_factory=dict)
    mail_facts: Mapping[int, str] = field(default_factory=dict)
    mail_delay: timedelta = timedelta(0)
    can_be_mailed: bool = True

    def doer(self) -> int | None:
        """Return whose act it was."""
        return self.actor_id or self.meta.actor_id

    def scope(self) -> str:
        """Return by what its frames are taken back: a company's news by company, job and right."""
        if not self.for_team or self.company_id is None:
            return ""
        return scope_of(self.company_id, self.job_id, self.kind)


def scope_of(company_id: int, job_id: int | None, kind: str) -> str:
    """Name the frames that one loss of rights takes back together."""
    return f"company:{company_id}:{job_id or ''}:{KINDS[kind].right or ''}"


@transaction.atomic
def notify(*, recipient_ids: Iterable[int], **fact: Any) -> list[Notification]:
    """Tell each recipient one fact (``News``), as they chose: row and push, mail at once, in the digest, or not at all.

    The actor is never told of an own act, except by its receipt; nobody is told twice of one event; people
    between whom a block stands are not told of each other. Locks the recipients' streams until commit, so
    that the counts it tells are exact. Eleven statements, however many recipients, and one per mail.
    """
    news = News(**fact)
    people = audience(recipient_ids, news)
    hold(SOCKET, [person.pk for person in people])
    choices = choices_of(people, KINDS[news.kind])
    rows = [row_for(person, news, *choices[person.pk]) for person in people]
    fold([row for row in rows if row.in_app], news.kind)
    rows = Notification.objects.bulk_create(rows)
    push_created([row for row in rows if row.in_app], scope=news.scope())
    mailed = [person for person in people if choices[person.pk][1] == MailMode.NOW] if news.can_be_mailed else []
    ids = {row.recipient_id: row.pk for row in rows}
    hours = hours_of(mailed)
    for person in mailed:
        post_news(person, news, ids[person.pk], hours[person.pk])
    return rows


def row_for(person: User, news: News, in_app: bool, mail: str) -> Notification:
    """Return the unsaved row of one recipient."""
    row = Notification(
        recipient=person,
        actor_id=None if news.is_anonymous else news.doer(),
        kind=news.kind,
        event=uuid.UUID(news.meta.public_id),
        data=dict(news.data),
        group=news.group,
        company_id=news.company_id if news.for_team else None,
        job_id=news.job_id if news.for_team else None,
        in_app=in_app,
        awaits_digest=news.can_be_mailed and mail == MailMode.DIGEST,
    )
    row.line = row.public_id
    return row


def fold(rows: list[Notification], kind: str) -> None:
    """Let each new row lead the line of what its reader has not read of the same kind and group; two statements.

    Each row is of another reader, and they hold still: the caller has their locks.
    """
    if not KINDS[kind].many:
        return
    standing = Notification.objects.filter(
        recipient__in=[row.recipient_id for row in rows], kind=kind, group__in={row.group for row in rows}
    )
    leads = {(lead.recipient_id, lead.group): lead for lead in standing.shown().unread().lines().order_by("pk")}
    leads = {key: leads[key] for row in rows if (key := (row.recipient_id, row.group)) in leads}
    for row in rows:
        if lead := leads.get((row.recipient_id, row.group)):
            row.line, row.line_size = lead.line, lead.line_size + 1
    if leads:
        Notification.objects.filter(pk__in=[lead.pk for lead in leads.values()]).update(leads=False)


def audience(recipient_ids: Iterable[int], news: News) -> list[User]:
    """Return, in id order, the active people among the recipients who have not been told and may be told."""
    wanted = set(recipient_ids) - (set() if news.is_receipt else {news.doer()})
    told = Notification.objects.filter(event=news.meta.public_id, kind=news.kind).values("recipient")
    people = get_user_model().objects.filter(pk__in=wanted - parted(wanted, news), is_active=True)
    return list(people.exclude(pk__in=told).order_by("pk"))


def parted(recipient_ids: set[int], news: News) -> set[int]:
    """Return those to whom a block forbids it: between them and the actor, or of the company; two queries.

    An anonymous act is the company's, so only a block of the company stops it. A receipt is one's own.
    """
    apart: set[int] = set()
    doer = news.doer()
    if news.is_receipt:
        return apart
    if doer is not None and not news.is_anonymous:
        apart |= blocked_with(doer, recipient_ids)
    if news.company_id is not None and not news.for_team:
        apart |= blockers_of_company(news.company_id, recipient_ids)
    if news.company_id is not None and news.for_team and doer and blockers_of_company(news.company_id, [doer]):
        return recipient_ids
    return apart


def post_news(person: User, news: News, row_id: int, hours: NotificationHours) -> None:
    """Owe a person the mail of one piece of news, in their language, and not in their quiet hours."""
    fact = news.mail_facts.get(person.pk, news.meta.public_id)
    post_mail(
        fact=f"{news.kind}:{fact}:{person.pk}",
        kind=news.kind,
        recipient=person,
        to_address=person.email,
        language=person.language,
        queue=MailQueue.DEFAULT,
        delay=max(news.mail_delay, quiet_pause(person.timezone, hours, timezone.now())),
        **{"notification_id": row_id, **news.mail_context},
    )


@transaction.atomic
def mark_read(*, actor: User, public_id: uuid.UUID | str, whole_line: bool = False) -> Notification:
    """Mark one of the actor's notifications as read on every device, or its whole line; again is the same.

    Raises NotFound.
    """
    hold(SOCKET, [actor.pk])
    mine = Notification.objects.for_user(actor)
    notification = mine.with_actor().filter(public_id=public_id).first()
    if notification is None:
        raise NotFound
    rows = mine.filter(line=notification.line) if whole_line else mine.filter(pk=notification.pk)
    now = timezone.now()
    if ids := list(rows.unread().order_by("pk").values_list("public_id", flat=True)):
        Notification.objects.filter(public_id__in=ids).update(read_at=now, updated_at=now)
        push_read(actor.pk, ids=ids)
    notification.refresh_from_db(fields=["read_at"])
    return notification


@transaction.atomic
def mark_all_read(*, actor: User, up_to: uuid.UUID | str | None = None, group: str | None = None) -> int:
    """Mark everything as read, or everything of a group, or up to the newest that the reader has seen.

    Returns how many. ``up_to`` is a notification's public id: what arrives while the request travels stays
    unread. Raises NotFound when that is not the reader's.
    """
    hold(SOCKET, [actor.pk])
    rows = Notification.objects.for_user(actor).unread()
    if up_to is not None:
        newest = Notification.objects.for_user(actor).filter(public_id=up_to).values_list("pk", flat=True).first()
        if newest is None:
            raise NotFound
        rows = rows.filter(pk__lte=newest)
    if group is not None:
        rows = rows.filter(group=group)
    now = timezone.now()
    changed = rows.update(read_at=now, updated_at=now)
    if changed:
        push_read(actor.pk, up_to=up_to, group=group)
    return changed


@transaction.atomic
def forget_what_is_lost(*, user_id: int, company_id: int) -> None:
    """Close the socket of somebody who lost a right in a company, and blank what they may no longer read there.

    The list and the counts judge by themselves; this is for what is on its way, and for what could be replayed.
    """
    theirs = Notification.objects.filter(recipient=user_id, company=company_id)
    lost = theirs.exclude(pk__in=theirs.readable().values("pk"))
    scopes = {scope_of(company_id, job, kind) for job, kind in lost.order_by().values_list("job", "kind").distinct()}
    if scopes:
        redact(*scopes, user_ids=[user_id])
    cut([user_id], [SOCKET])


@transaction.atomic
def take_back_names(*, job: Job) -> None:
    """Take the names of a job's candidates out of what its team was told, unread frames included."""
    candidates = Application.objects.filter(job=job).values("candidate")
    rows = Notification.objects.filter(company=job.company_id, actor__in=candidates)
    rows.filter(Q(job=job) | Q(job=None)).exclude(recipient=F("actor")).update(actor=None)
    rights = {kind.code for kind in KINDS.values() if kind.right is not None}
    scopes = {scope_of(job.company_id, place, code) for code in rights for place in (job.pk, None)}
    team = Membership.objects.filter(company=job.company_id).values_list("user_id", flat=True)
    redact(*sorted(scopes), user_ids=list(team))

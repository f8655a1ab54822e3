"""Telling people, and remembering what they have read and how they want to be told."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.kinds import DIGEST, DIGEST_LABEL, KINDS, Kind
from notifications.mail.models import MailQueue
from notifications.mail.services import post_mail
from notifications.models import MailMode, Notification, NotificationPreference
from notifications.push import push_created, push_read
from umemployed.api.errors import Invalid, NotFound

if TYPE_CHECKING:
    from accounts.models import User
    from umemployed.events.log import Meta


class UnknownKind(Invalid):
    code = "unknown_notification_kind"
    title = _("There is no such kind of notification")
    cause = _("The preferences name a kind that does not exist.")
    cure = _("Read the preferences; they list every kind.")


@transaction.atomic
def notify(
    *,
    kind: str,
    recipient_ids: Iterable[int],
    meta: Meta,
    group: str,
    data: Mapping[str, Any],
    actor_id: int | None = None,
    mail_context: Mapping[str, int] | None = None,
    mail_facts: Mapping[int, str] | None = None,
    mail_delay: timedelta = timedelta(0),
    is_receipt: bool = False,
    is_anonymous: bool = False,
) -> list[Notification]:
    """Tell each recipient one fact, as they chose: row and push, mail at once, in the digest, or not at all.

    The actor (the event's, if none is named) is never told of an own act, except by its receipt, nor is
    anybody told twice of one event. ``mail_context`` are the
    row ids that the letter needs (None: this kind has no letter). ``mail_facts`` joins several events into one mail for
    a person, e.g. the messages of a conversation until they are read; by default each event is one.
    ``is_anonymous`` does not show who did it.
    Five statements, however many recipients, and one per mail.
    """
    chosen = KINDS[kind]
    actor_id = actor_id or meta.actor_id
    people = audience(set(recipient_ids) - (set() if is_receipt else {actor_id}), kind=kind, meta=meta)
    choices = choices_of(people, chosen)
    rows = Notification.objects.bulk_create(
        Notification(
            recipient_id=person.pk,
            actor_id=None if is_anonymous else actor_id,
            kind=kind,
            event=uuid.UUID(meta.public_id),
            data=dict(data),
            group=group,
            in_app=choices[person.pk][0],
            awaits_digest=mail_context is not None and choices[person.pk][1] == MailMode.DIGEST,
        )
        for person in people
    )
    push_created([row for row in rows if row.in_app])
    if mail_context is not None:
        for person in people:
            if choices[person.pk][1] == MailMode.NOW:
                post_news(person, kind, (mail_facts or {}).get(person.pk, meta.public_id), mail_delay, mail_context)
    return rows


def audience(recipient_ids: Iterable[int], *, kind: str, meta: Meta) -> list[User]:
    """Return the active people among the recipients who have not been told, in id order."""
    told = Notification.objects.filter(event=meta.public_id, kind=kind).values("recipient")
    people = get_user_model().objects.filter(pk__in=recipient_ids, is_active=True)
    return list(people.exclude(pk__in=told).order_by("pk"))


def choices_of(people: Iterable[User], kind: Kind) -> dict[int, tuple[bool, str]]:
    """Return each person's (in_app, mail) for a kind."""
    choices = {person.pk: (kind.in_app, str(kind.mail)) for person in people}
    rows = NotificationPreference.objects.filter(user__in=choices, kind=kind.code)
    return choices | {user: (in_app, mail) for user, in_app, mail in rows.values_list("user", "in_app", "mail")}


def post_news(person: User, kind: str, fact: str, delay: timedelta, context: Mapping[str, int]) -> None:
    """Owe a person the mail of one piece of news, in their language."""
    post_mail(
        fact=f"{kind}:{fact}:{person.pk}",
        kind=kind,
        recipient=person,
        to_address=person.email,
        language=person.language,
        queue=MailQueue.DEFAULT,
        delay=delay,
        **context,
    )


@transaction.atomic
def mark_read(*, actor: User, public_id: uuid.UUID | str) -> Notification:
    """Mark one of the actor's notifications as read on every device; again is the same. Raises NotFound."""
    notification = Notification.objects.for_user(actor).with_actor().filter(public_id=public_id).first()
    if notification is None:
        raise NotFound
    now = timezone.now()
    if Notification.objects.unread().filter(pk=notification.pk).update(read_at=now, updated_at=now):
        notification.read_at = now
        push_read(actor.pk, [notification.public_id])
    else:
        notification.refresh_from_db(fields=["read_at"])
    return notification


@transaction.atomic
def mark_all_read(*, actor: User, up_to: uuid.UUID | str | None = None) -> int:
    """Mark everything as read, or everything up to the newest that the reader has seen; return how many.

    ``up_to`` is a notification's public id (UUIDv7, so older ids are smaller): what arrives while the
    request travels stays unread.
    """
    rows = Notification.objects.for_user(actor).unread()
    if up_to is not None:
        newest = Notification.objects.for_user(actor).filter(public_id=up_to).values_list("pk", flat=True).first()
        if newest is None:
            raise NotFound
        rows = rows.filter(pk__lte=newest)
    now = timezone.now()
    changed = rows.update(read_at=now, updated_at=now)
    if changed:
        push_read(actor.pk, None)
    return changed


@transaction.atomic
def set_preferences(*, actor: User, choices: Iterable[Mapping[str, Any]]) -> None:
    """Store the actor's choices, each ``{kind, in_app?, mail?}``; what is left out keeps its value.

    Raises UnknownKind.
    """
    standing = NotificationPreference.objects.select_for_update().filter(user=actor).in_bulk(field_name="pk")
    by_kind = {row.kind: row for row in standing.values()}
    for position, choice in enumerate(choices):
        kind = KINDS.get(choice["kind"])
        if kind is None:
            raise UnknownKind.on_field(f"preferences.{position}.kind", "There is no such kind.")
        row = by_kind.get(kind.code)
        NotificationPreference.objects.update_or_create(
            user=actor,
            kind=kind.code,
            defaults={
                "in_app": choice.get("in_app", row.in_app if row else kind.in_app),
                "mail": choice.get("mail", row.mail if row else kind.mail),
            },
        )


def preferences_of(user: User) -> list[dict[str, Any]]:
    """Return every kind with the person's choice or its default; one query."""
    rows = {row.kind: row for row in NotificationPreference.objects.filter(user=user)}
    return [
        {
            "kind": kind.code,
            "label": kind.label,
            "in_app": rows[kind.code].in_app if kind.code in rows else kind.in_app,
            "mail": rows[kind.code].mail if kind.code in rows else kind.mail,
        }
        for kind in KINDS.values()
    ]


@dataclass(frozen=True)
class Choice:
    """What a signed link is about: one person, and one kind of mail or the digest (all that is put off)."""

    reader: User
    kind: str

    def label(self) -> str:
        """Name the kind in words."""
        return str(DIGEST_LABEL if self.kind == DIGEST else KINDS[self.kind].label)


def choice_behind(signed: tuple[str, str] | None) -> Choice | None:
    """Return what the signed pair (reader's public id, kind) is about; None if either is gone."""
    if signed is None or (signed[1] not in KINDS and signed[1] != DIGEST):
        return None
    reader = get_user_model().objects.filter(public_id=signed[0]).first()
    return Choice(reader, signed[1]) if reader is not None else None


@transaction.atomic
def stop_mails(*, choice: Choice) -> None:
    """Stop one kind of mail, or with the digest everything that is in it. The signed link is the authority."""
    standing = {row["kind"]: row["mail"] for row in preferences_of(choice.reader)}
    stopped = (
        [kind for kind, mail in standing.items() if mail == MailMode.DIGEST] if choice.kind == DIGEST else [choice.kind]
    )
    set_preferences(actor=choice.reader, choices=[{"kind": kind, "mail": MailMode.OFF} for kind in stopped])

"""Notifications and mails for tests."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.links import digest_of, secret_of
from accounts.models import EmailToken, User
from accounts.tests.factories import make_user
from notifications.models import (
    Mail,
    MailQueue,
    MailServer,
    Notification,
    NotificationHours,
    NotificationPreference,
)
from umemployed.api.ids import new_public_id

_numbers = itertools.count(1)


def make_notification(**overrides: Any) -> Notification:
    fields: dict[str, Any] = {
        "kind": "application_received",
        "event": new_public_id(),
        "data": {"job": "Nurse", "company": "Acme"},
        "group": "job:1",
        **overrides,
    }
    if "recipient" not in fields:
        fields["recipient"] = make_user()
    return Notification.objects.create(**fields)


def make_preference(**overrides: Any) -> NotificationPreference:
    fields: dict[str, Any] = {"kind": "message_received", "in_app": True, "mail": "off", **overrides}
    if "user" not in fields:
        fields["user"] = make_user()
    return NotificationPreference.objects.create(**fields)


def make_email_token(user: User, **overrides: Any) -> EmailToken:
    public_id = new_public_id()
    fields: dict[str, Any] = {
        "purpose": EmailToken.Purpose.VERIFY_EMAIL,
        "email": user.email,
        "expires_at": timezone.now() + timedelta(days=1),
        **overrides,
    }
    return EmailToken.objects.create(
        user=user, public_id=public_id, digest=digest_of(secret_of(fields["purpose"], public_id)), **fields
    )


def make_mail(**overrides: Any) -> Mail:
    """A mail that waits to be sent, by default the news of a changed password."""
    fields: dict[str, Any] = {
        "fact": f"fact-{next(_numbers)}",
        "kind": "password_changed",
        "queue": MailQueue.CRITICAL,
        "due_at": timezone.now(),
        **overrides,
    }
    if "recipient" not in fields:
        fields["recipient"] = make_user()
    if "to_address" not in fields:
        fields["to_address"] = fields["recipient"].email
    if "language" not in fields:
        fields["language"] = getattr(fields["recipient"], "language", "en")
    return Mail.objects.create(**fields)


def make_mail_server(**overrides: Any) -> MailServer:
    return MailServer.objects.create(**{"name": f"mail{next(_numbers)}.example.com:25", **overrides})


def make_notification_hours(**overrides: Any) -> NotificationHours:
    return NotificationHours.objects.create(**{"user": make_user(), **overrides})

"""Forgetting what is long over."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import AuthorizationRequest, EmailToken, Session, SignInChallenge

BATCH = 1000


def purge_old() -> int:
    """Delete sessions (with their refresh tokens), links, challenges and dances that ended SESSIONS_KEEP_DAYS ago.

    Until then a session shows where one was signed in, and a refresh token that comes back is known as a
    replay. Deletes BATCH rows at a time, each batch a transaction of its own; returns how many rows went.
    """
    before = timezone.now() - timedelta(days=settings.SESSIONS_KEEP_DAYS)
    over = Session.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before))
    tokens = EmailToken.objects.filter(expires_at__lt=before)
    challenges = SignInChallenge.objects.filter(expires_at__lt=before)
    dances = AuthorizationRequest.objects.filter(expires_at__lt=before)
    return sum(_delete_in_batches(rows) for rows in (over, tokens, challenges, dances))


def _delete_in_batches(rows: QuerySet) -> int:
    gone = 0
    while chosen := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        gone += rows.model._default_manager.filter(pk__in=chosen).delete()[0]
    return gone

"""People and sessions for tests."""

from __future__ import annotations

import itertools
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Session, User
from accounts.tokens import make_access_token

PASSWORD = "correct horse battery staple"
_numbers = itertools.count(1)


@cache
def hashed(password: str) -> str:
    """Hash once per process: a cast of four would otherwise cost each test four Argon2 runs."""
    return make_password(password)


def make_user(**overrides: Any) -> User:
    """A person with a proved address, who can sign in with PASSWORD."""
    number = next(_numbers)
    fields: dict[str, Any] = {
        "email": f"person{number}@example.com",
        "full_name": f"Person {number}",
        "email_verified_at": timezone.now() - timedelta(days=1),
        **overrides,
    }
    return User.objects.create(password=hashed(fields.pop("password", PASSWORD)), **fields)


def make_session(**overrides: Any) -> Session:
    now = timezone.now()
    fields: dict[str, Any] = {
        "device": "Tests",
        "address": "127.0.0.1",
        "last_seen_at": now,
        "expires_at": now + settings.SESSION_LIFETIME,
        **overrides,
    }
    if "user" not in fields:
        fields["user"] = make_user()
    return Session.objects.create(**fields)


def make_client(user: User | None = None, *, session: Session | None = None) -> APIClient:
    """A client that carries a true access token of a true session."""
    session = session or make_session(user=user)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_access_token(session, issued_at=timezone.now())}")
    return client

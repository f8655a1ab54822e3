"""``Idempotency-Key`` on every POST: the effect once, the answer as often as it is asked for.

The whole POST runs in one transaction, which holds an advisory lock on (owner, key); the answer is
written in that transaction. So a crash keeps both or loses both, a twin that comes meanwhile sees the
lock (409), and one that comes later gets the stored answer. Kept for 24 hours; 429 and 5xx are not.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from datetime import timedelta
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from umemployed.api.context import current_address
from umemployed.api.errors import Conflict, Invalid, Unprocessable
from umemployed.api.models import IdempotencyRecord

LIFETIME = timedelta(hours=24)
MAX_LENGTH = 255
KEPT_HEADERS = ("Content-Type", "Location", "ETag")


class IdempotencyInFlight(Conflict):
    code = "idempotency_in_flight"
    title = _("The same request is being worked on")
    cause = _("A request with this `Idempotency-Key` has not been answered yet.")
    cure = _("Wait for `Retry-After` seconds and send the same request with the same key.")


class IdempotencyKeyReused(Unprocessable):
    code = "idempotency_key_reused"
    title = _("This key belongs to another request")
    cause = _("The `Idempotency-Key` was used within 24 hours for another path or body.")
    cure = _("Use a fresh key, e.g. a UUID, for each new request.")


class Replay(Exception):
    """Ends the request with an answer that was given before."""

    def __init__(self, record: IdempotencyRecord) -> None:
        self.record = record

    def response(self) -> HttpResponse:
        """Return the stored answer, marked as a replay."""
        body = cipher().decrypt(bytes(self.record.body))
        headers = {**self.record.headers, "Idempotent-Replayed": "true"}
        return HttpResponse(body, status=self.record.status, headers=headers)


def begin(request: Request) -> None:
    """Take the key's lock for this transaction; raise Replay if the answer is known.

    Raises Invalid for a key that is not 1 to 255 printable ASCII characters, IdempotencyInFlight and
    IdempotencyKeyReused. Does nothing without the header. Two queries with it.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return
    if not 1 <= len(key) <= MAX_LENGTH or not (key.isascii() and key.isprintable()):
        raise Invalid(_("`Idempotency-Key` must be 1 to 255 printable ASCII characters."))
    owner = owner_of(request)
    if not try_lock(owner, key):
        raise IdempotencyInFlight(headers={"Retry-After": "1"})
    fingerprint = fingerprint_of(request)
    known = IdempotencyRecord.objects.filter(owner=owner, key=key, expires_at__gt=timezone.now()).first()
    if known is not None and known.fingerprint != fingerprint:
        raise IdempotencyKeyReused()
    if known is not None:
        raise Replay(known)
    request.idempotency = (owner, key, fingerprint)  # type: ignore[attr-defined]  # remember() reads it


def remember(request: Request, response: Response) -> None:
    """Store the rendered answer under the key that begin() locked; replaces an expired one."""
    owner_key = getattr(request, "idempotency", None)
    if owner_key is None or response.status_code == 429 or response.status_code >= 500 or connection.needs_rollback:
        return
    owner, key, fingerprint = owner_key
    record = IdempotencyRecord(
        owner=owner,
        key=key,
        fingerprint=fingerprint,
        status=response.status_code,
        headers={name: response[name] for name in KEPT_HEADERS if name in response},
        body=cipher().encrypt(response.content),
        expires_at=timezone.now() + LIFETIME,
    )
    fields = ["fingerprint", "status", "headers", "body", "expires_at"]
    IdempotencyRecord.objects.bulk_create(
        [record], update_conflicts=True, unique_fields=["owner", "key"], update_fields=fields
    )


def owner_of(request: Request) -> str:
    """Name whose key it is: the person, or the trusted address of a stranger."""
    return f"user:{request.user.pk}" if request.user.is_authenticated else f"address:{current_address()}"


def try_lock(owner: str, key: str) -> bool:
    """Take the advisory lock until the end of the transaction; False when another holds it."""
    digest = hashlib.blake2b(f"idempotency\0{owner}\0{key}".encode(), digest_size=8).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(digest, signed=True)])
        return cursor.fetchone()[0]


def fingerprint_of(request: Request) -> str:
    """Return the hash of what the key stands for."""
    head = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(head + request._request.body).hexdigest()


@cache
def cipher() -> MultiFernet:
    """Return the cipher of stored answers, derived from SECRET_KEY and its fallbacks."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [salted_hmac("umemployed.api.idempotency", "", secret, algorithm="sha256").digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def forget_answers(people: Iterable[int], *, that_name: Iterable[str]) -> int:
    """Delete the kept answers of these people that name one of the public ids; return how many.

    For those who may no longer read what they were told. Such a request, repeated, is done anew, so it has to be
    guarded otherwise, as by a version. Decrypts what those people were answered within a day: some 50 µs for each.
    """
    names = [name.encode() for name in that_name]
    kept = IdempotencyRecord.objects.filter(owner__in=[f"user:{pk}" for pk in people]) if names else ()
    told = [record.pk for record in kept if names_any(record, names)]
    return IdempotencyRecord.objects.filter(pk__in=told).delete()[0]


def names_any(record: IdempotencyRecord, names: list[bytes]) -> bool:
    """Say whether a kept answer contains one of the names; one whose key is gone might."""
    try:
        body = cipher().decrypt(bytes(record.body))
    except InvalidToken:
        return True
    return any(name in body for name in names)


def purge_expired() -> int:
    """Delete the answers whose day is over; return how many."""
    deleted, _rows = IdempotencyRecord.objects.filter(expires_at__lte=timezone.now()).delete()
    return deleted

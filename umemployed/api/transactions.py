"""One transaction per unsafe request, run again when PostgreSQL picked it as the victim of a conflict."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import BadRequest
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponseBase, UnreadablePostError

T = TypeVar("T")
ATTEMPTS = 4
CONFLICTS = {"40001", "40P01"}  # serialization_failure, deadlock_detected


def is_conflict(error: BaseException) -> bool:
    """Say whether the same work, run again, can succeed: a deadlock or a serialization failure."""
    return isinstance(error, OperationalError) and getattr(error.__cause__, "pgcode", None) in CONFLICTS


def retry_conflicts(work: Callable[[bool], T]) -> T:
    """Return ``work(is_last_attempt)``, tried up to four times while it ends in a conflict.

    ``work`` must open its own transaction and bear repetition. Waits 10 to 160 ms between attempts.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work(attempt == ATTEMPTS)
        except OperationalError as error:
            if attempt == ATTEMPTS or not is_conflict(error):
                raise
        time.sleep(random.uniform(0.01, 0.02) * 2**attempt)  # noqa: S311 - jitter, not a secret
    raise AssertionError("unreachable")


def one_transaction(answer: Callable[[bool], HttpResponseBase]) -> HttpResponseBase:
    """Run a view's answer in one transaction, kept for every status below 500."""

    def work(last: bool) -> HttpResponseBase:
        with transaction.atomic():
            response = answer(last)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    return retry_conflicts(work)


def buffer_json(request: HttpRequest) -> None:
    """Read a JSON body into memory now, so that a second attempt and the key's fingerprint can read it again."""
    if "json" not in (request.content_type or ""):
        return
    try:
        request.body  # noqa: B018 - Django keeps it
    except UnreadablePostError:
        raise BadRequest("The client hung up.") from None

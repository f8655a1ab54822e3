"""Watches for tests."""

from __future__ import annotations

from typing import Any

from accounts.tests.factories import make_user
from applications.board.models import BoardWatch
from jobs.tests.factories import make_job


def make_board_watch(**overrides: Any) -> BoardWatch:
    user, job = overrides.pop("user", None) or make_user(), overrides.pop("job", None) or make_job()
    return BoardWatch.objects.create(user=user, job=job, **overrides)

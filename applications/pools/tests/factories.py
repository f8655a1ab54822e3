"""Pools for tests."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from django.utils import timezone

from applications.pools.models import PoolEntry, TalentPool
from applications.tests.factories import make_application
from companies.tests.factories import make_company

_numbers = itertools.count(1)


def make_talent_pool(**overrides: Any) -> TalentPool:
    company = overrides.pop("company", None) or make_company()
    return TalentPool.objects.create(company=company, **{"name": f"Pool {next(_numbers)}", **overrides})


def make_pool_entry(**overrides: Any) -> PoolEntry:
    """An asked candidate, known from an application to the pool's company."""
    application = overrides.pop("application", None) or make_application()
    pool = overrides.pop("pool", None) or make_talent_pool(company=application.company)
    fields = {"candidate": application.candidate, "expires_at": timezone.now() + timedelta(days=60), **overrides}
    return PoolEntry.objects.create(pool=pool, application=application, **fields)

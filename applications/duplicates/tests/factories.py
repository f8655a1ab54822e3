"""Keys and merges for tests."""

from __future__ import annotations

import itertools
from typing import Any

from accounts.tests.factories import make_user
from applications.duplicates.models import CandidateKey, CandidateMerge
from applications.tests.factories import make_application
from companies.tests.factories import make_company

_numbers = itertools.count(1)


def make_candidate_key(**overrides: Any) -> CandidateKey:
    application = overrides.pop("application", None) or make_application()
    fields = {"kind": "email", "digest": f"{next(_numbers):064x}", **overrides}
    return CandidateKey.objects.create(application=application, company=application.company, **fields)


def make_candidate_merge(**overrides: Any) -> CandidateMerge:
    company = overrides.pop("company", None) or make_company()
    kept, merged = overrides.pop("kept", None) or make_user(), overrides.pop("merged", None) or make_user()
    return CandidateMerge.objects.create(company=company, kept=kept, merged=merged, **overrides)

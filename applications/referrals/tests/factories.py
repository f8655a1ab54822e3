"""Referral links for tests."""

from __future__ import annotations

import secrets
from typing import Any

from django.utils import timezone

from accounts.tests.factories import make_user
from applications.referrals.models import Referral, ReferralLink, ReferralTouch
from applications.tests.factories import make_application
from companies.tests.factories import make_membership
from jobs.tests.factories import make_job


def make_referral_link(**overrides: Any) -> ReferralLink:
    job = overrides.pop("job", None) or make_job()
    membership = overrides.pop("membership", None) or make_membership(company=job.company)
    return ReferralLink.objects.create(job=job, membership=membership, code=secrets.token_urlsafe(12), **overrides)


def make_referral_touch(**overrides: Any) -> ReferralTouch:
    link = overrides.pop("link", None) or make_referral_link()
    fields = {"person": overrides.pop("person", None) or make_user(), "last_at": timezone.now(), **overrides}
    return ReferralTouch.objects.create(link=link, **fields)


def make_referral(**overrides: Any) -> Referral:
    application = overrides.pop("application", None) or make_application()
    link = overrides.pop("first", None) or make_referral_link(job=application.job)
    return Referral.objects.create(application=application, first=link, last=overrides.pop("last", link))

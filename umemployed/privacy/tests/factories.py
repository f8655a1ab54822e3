"""Erasures, exports and consents for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.tests.factories import make_user
from umemployed.files.models import random_key
from umemployed.privacy.models import Consent, Erasure, Export, Standing


def make_erasure(**overrides: Any) -> Erasure:
    """An erasure that is due."""
    fields = {"due_at": timezone.now() - timedelta(minutes=1), **overrides}
    return Erasure.objects.create(**{"person": fields.pop("person", None) or make_user(), **fields})


def make_export(**overrides: Any) -> Export:
    """An export that was asked for."""
    fields = {"key": random_key("exports"), **overrides}
    return Export.objects.create(**{"person": fields.pop("person", None) or make_user(), **fields})


def make_consent(**overrides: Any) -> Consent:
    fields = {"purpose": "marketing", "version": "2026-11", "is_given": True, **overrides}
    return Consent.objects.create(**{"person": fields.pop("person", None) or make_user(), **fields})


def make_standing(**overrides: Any) -> Standing:
    fields = {"active_on": timezone.now().date(), **overrides}
    return Standing.objects.create(**{"person": fields.pop("person", None) or make_user(), **fields})

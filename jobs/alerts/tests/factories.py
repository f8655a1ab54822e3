"""Saved searches for tests."""

from __future__ import annotations

import itertools
from typing import Any

from accounts.tests.factories import make_user
from jobs.alerts.services import save_search
from jobs.models import AlertMatch, SavedSearch, SearchAnchor
from jobs.tests.factories import make_job

_numbers = itertools.count(1)


def make_saved_search(**overrides: Any) -> SavedSearch:
    """A search for engineers, compiled."""
    actor = overrides.pop("user", None) or make_user()
    return save_search(actor=actor, **{"name": f"Search {next(_numbers)}", "parameters": "q=engineer", **overrides})


def make_search_anchor(**overrides: Any) -> SearchAnchor:
    """The anchor of a new search."""
    return make_saved_search(**{"parameters": "country=FR", **overrides}).anchors.get()


def make_alert_match(**overrides: Any) -> AlertMatch:
    """A posting that a search found."""
    search = overrides.pop("search", None) or make_saved_search()
    return AlertMatch.objects.create(search=search, job=overrides.pop("job", None) or make_job(), **overrides)

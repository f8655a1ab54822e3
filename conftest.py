"""The standing cast of every test, and the clients that they use."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_client, make_user
from companies.models import Company
from companies.tests.factories import make_company
from jobs.search import frequencies
from umemployed.tests.template import ensure_template

# The same commit gives the same answer; HYPOTHESIS_PROFILE=default looks for new examples.
hypothesis_settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker: Any) -> None:
    """Begin with a copy of a database that has the schema already; only servers of our own keep one."""
    if name := os.environ.get("UMEMPLOYED_TEST_TEMPLATE"):
        with django_db_blocker.unblock():
            ensure_template(name)
        connection.settings_dict["TEST"]["TEMPLATE"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Let transactional tests empty the audit table; its own tests put the trigger back."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("audit_auditentry", "audit_auditlink", "audit_auditanchor"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_no_truncate")


@pytest.fixture(autouse=True)
def fresh_rate_limits(settings) -> None:
    """Give every test its own counters in Redis: the limits are live, the history is not."""
    settings.RATE_LIMIT_PREFIX = f"um:limit:{uuid.uuid4().hex}"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """Begin every test knowing no frequencies, as a small house does: searches then cost the same statements."""
    frequencies.hold(frequencies.Frequencies(), seconds=86_400)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """End every test in the language that it began in: a request in French leaves it to its thread."""
    yield
    translation.deactivate()


@pytest.fixture
def api() -> APIClient:
    """A client that is nobody yet."""
    return APIClient()


@pytest.fixture
def as_user() -> Callable[[User], APIClient]:
    """Sign a person in: returns a client that carries an access token of a session of its own."""
    return make_client


@pytest.fixture
def alice(db: None) -> User:
    """A candidate."""
    return make_user(email="alice@example.com", full_name="Alice Ndongo")


@pytest.fixture
def bob(db: None) -> User:
    """A recruiter; owns Acme when the test asks for ``acme``."""
    return make_user(email="bob@acme.example", full_name="Bob Fotso")


@pytest.fixture
def carol(db: None) -> User:
    """A recruiter elsewhere; owns Globex when the test asks for ``globex``."""
    return make_user(email="carol@globex.example", full_name="Carol Mbarga")


@pytest.fixture
def dana(db: None) -> User:
    """Staff: may enter the admin."""
    return make_user(email="dana@umemployed.example", full_name="Dana Eyenga", is_staff=True, is_superuser=True)


@pytest.fixture
def acme(bob: User) -> Company:
    """Bob's company."""
    return make_company(slug="acme", name="Acme", owner=bob)


@pytest.fixture
def globex(carol: User) -> Company:
    """Carol's company."""
    return make_company(slug="globex", name="Globex", owner=carol)

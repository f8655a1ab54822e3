import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from companies.models import Company
from companies.tests.factories import make_company, make_invitation, make_membership


@pytest.fixture
def desk(dana: User) -> Client:
    """Dana at the admin."""
    client = Client()
    client.force_login(dana)
    return client


def test_the_list_and_a_page_cost_the_same_for_two_as_for_twenty(desk: Client, acme: Company) -> None:
    costs = []
    desk.get(reverse("admin:companies_company_change", args=[acme.pk]))  # Django remembers content types
    for count in (2, 16):
        for _ in range(count):
            make_company()
            make_membership(company=acme)
            make_invitation(company=acme)
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse("admin:companies_company_changelist"), {"q": "com"}).status_code == 200
            assert desk.get(reverse("admin:companies_company_change", args=[acme.pk])).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_staff_verifies_a_company(desk: Client, acme: Company) -> None:
    form = {"action": "verify", "_selected_action": [acme.pk]}
    assert desk.post(reverse("admin:companies_company_changelist"), form).status_code == 302
    acme.refresh_from_db()
    assert acme.verified_at is not None

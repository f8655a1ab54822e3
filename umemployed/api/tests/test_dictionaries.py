from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("company_role", "hiring_manager"),
        ("employment_type", "full_time"),
        ("language_level", "native"),
        ("rejection_reason", "other"),
        ("application_progress", "received"),
    ],
)
def test_the_enumerations_of_the_apps_are_listed_with_labels(client, name, term):
    terms = client.get("/api/v1/dictionaries/").json()[name]
    assert term in {entry["id"] for entry in terms}
    assert all(entry["label"] for entry in terms)


def test_dictionaries_that_one_has_already_are_not_sent_again(client):
    first = client.get("/api/v1/dictionaries/")
    assert client.get("/api/v1/dictionaries/", headers={"If-None-Match": first["ETag"]}).status_code == 304

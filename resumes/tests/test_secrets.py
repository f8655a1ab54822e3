"""A telephone number is plain to its owner and sealed in the table."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts.models import User
from accounts.tests.factories import make_client
from resumes.models import Resume
from resumes.snapshot import whole_resume_of
from umemployed.vault.ring import decrypt

NUMBER = "+237 600 000 001"
pytestmark = pytest.mark.django_db


def in_the_column() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM resumes_resume")
        return cursor.fetchone()[0]


def test_every_door_shows_it_and_the_column_does_not(alice: User) -> None:
    client = make_client(alice)
    made = client.post("/api/v1/resumes/", {"title": "Mine", "phone": NUMBER})
    assert (made.status_code, made.json()["phone"]) == (201, NUMBER)
    url = f"/api/v1/resumes/{made.json()['id']}/"
    assert client.get(url).json()["phone"] == NUMBER
    assert client.get(f"{url}export/").json()["basics"]["phone"] == NUMBER
    whole = whole_resume_of(alice, Resume.objects.get().public_id)
    assert whole is not None
    assert whole.phone == NUMBER
    assert NUMBER not in in_the_column()
    assert decrypt(in_the_column(), purpose="resumes.phone") == NUMBER
    assert client.post("/api/v1/resumes/", {"title": "Long", "phone": "1" * 65}).status_code == 400

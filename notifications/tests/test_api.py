"""The REST door of notifications."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_user
from notifications.kinds import KINDS
from notifications.mail.unsubscribing import unsubscribe_link
from notifications.models import NotificationPreference
from notifications.tests.factories import make_notification, make_preference

URL = "/api/v1/notifications/"
AsUser = Callable[[User], APIClient]


def test_the_list_is_mine_newest_first_and_in_words(as_user: AsUser, alice: User) -> None:
    make_notification()
    old = make_notification(recipient=alice, actor=make_user(full_name="Bea"))
    new = make_notification(recipient=alice, kind="message_received", read_at=timezone.now())
    make_notification(recipient=alice, in_app=False)
    body = as_user(alice).get(URL).json()
    assert [row["id"] for row in body["results"]] == [str(new.public_id), str(old.public_id)]
    assert body["results"][1]["text"] == "Bea applied for Nurse."
    assert body["results"][1]["actor"]["name"] == "Bea"
    assert [row["is_read"] for row in body["results"]] == [True, False]


def test_the_list_is_filtered(as_user: AsUser, alice: User) -> None:
    unread = make_notification(recipient=alice, group="job:7")
    read = make_notification(recipient=alice, kind="message_received", read_at=timezone.now())
    client = as_user(alice)
    for query, expected in (
        ("unread=true", unread),
        ("unread=false", read),
        ("kind=message_received", read),
        ("group=job:7", unread),
    ):
        assert [row["id"] for row in client.get(f"{URL}?{query}").json()["results"]] == [str(expected.public_id)]
    assert client.get(f"{URL}?kind=nonsense").status_code == 400
    assert client.get(f"{URL}?colour=red").status_code == 400


def test_the_list_costs_the_same_for_two_and_for_twenty(
    as_user: AsUser, alice: User, django_assert_max_num_queries: Callable
) -> None:
    client = as_user(alice)
    for count in (2, 18):
        for _ in range(count):
            make_notification(recipient=alice, actor=make_user())
        with django_assert_max_num_queries(3):
            assert client.get(URL).status_code == 200


def test_unread_is_counted_and_reading_is_idempotent(as_user: AsUser, alice: User) -> None:
    news = make_notification(recipient=alice)
    make_notification(recipient=alice)
    client = as_user(alice)
    assert client.get(f"{URL}unread-count/").json() == {"unread_count": 2}
    first = client.post(f"{URL}{news.public_id}/read/")
    assert first.status_code == 200
    assert first.json()["is_read"] is True
    assert client.post(f"{URL}{news.public_id}/read/").json() == first.json()
    assert client.get(f"{URL}unread-count/").json() == {"unread_count": 1}
    assert client.post(f"{URL}read-all/", {}).json() == {"unread_count": 0}


def test_carol_is_refused_and_nothing_changed(as_user: AsUser, alice: User, carol: User) -> None:
    news = make_notification(recipient=alice)
    client = as_user(carol)
    missing = client.post(f"{URL}00000000-0000-7000-8000-000000000000/read/")
    foreign = client.post(f"{URL}{news.public_id}/read/")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json()["code"] == missing.json()["code"]
    assert client.post(f"{URL}read-all/", {"up_to": str(news.public_id)}).status_code == 404
    assert client.get(URL).json()["results"] == []
    news.refresh_from_db()
    assert news.read_at is None


@pytest.mark.parametrize("path", ["", "unread-count/", "preferences/"])
def test_nobody_reads_without_signing_in(api: APIClient, db: None, path: str) -> None:
    assert api.get(URL + path).status_code == 401


def test_preferences_show_every_kind_and_keep_choices(as_user: AsUser, alice: User, carol: User) -> None:
    client = as_user(alice)
    before = {row["kind"]: row for row in client.get(f"{URL}preferences/").json()["preferences"]}
    assert set(before) == set(KINDS)
    answer = client.patch(f"{URL}preferences/", {"preferences": [{"kind": "message_received", "mail": "digest"}]})
    assert answer.status_code == 200
    after = {row["kind"]: row for row in answer.json()["preferences"]}
    assert after.pop("message_received") == before.pop("message_received") | {"mail": "digest"}
    assert after == before
    assert not NotificationPreference.objects.filter(user=carol).exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"preferences": []},
        {"preferences": "x"},
        {"preferences": [{"kind": "nonsense"}]},
        {"preferences": [{"kind": "message_received", "mail": "often"}]},
        {"preferences": [{"kind": "message_received\u0000"}]},
        {"preferences": [{"kind": "message_received"}, {"kind": "message_received"}]},
        {"preferences": [{"kind": "message_received"}] * 50},
    ],
)
def test_a_bad_choice_is_a_400(as_user: AsUser, alice: User, body: dict) -> None:
    assert as_user(alice).patch(f"{URL}preferences/", body).status_code == 400
    assert not NotificationPreference.objects.exists()


def path_of(user: User, kind: str) -> str:
    return urlsplit(unsubscribe_link(user, kind)).path


def test_following_the_link_changes_nothing_and_posting_stops_the_mails(api: APIClient, alice: User) -> None:
    path = path_of(alice, "message_received")
    page = api.get(path)
    assert page.status_code == 200
    assert "<form" in page.content.decode()
    assert not NotificationPreference.objects.exists()
    for _ in range(2):
        done = api.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
        assert done.status_code == 200
    row = NotificationPreference.objects.get()
    assert (row.user, row.kind, row.in_app, row.mail) == (alice, "message_received", True, "off")


def test_stopping_the_summary_stops_all_that_is_in_it(api: APIClient, alice: User) -> None:
    make_preference(user=alice, kind="message_received", mail="digest")
    make_preference(user=alice, kind="application_received", mail="now")
    api.post(path_of(alice, "digest"), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert dict(alice.notification_preferences.values_list("kind", "mail")) == {
        "message_received": "off",
        "application_received": "now",
        # Put off by default, so they are in the summary too:
        "job_team_joined": "off",
        "posting_approved": "off",
        "offer_expired": "off",
        "offer_approved": "off",
        "application_assigned": "off",
        "reply_falls_due": "off",
    }


def test_hours_are_chosen_and_what_guards_the_account_is_not(as_user: AsUser, alice: User) -> None:
    client = as_user(alice)
    assert client.get(f"{URL}preferences/").json()["digest_hour"] == 7
    changed = client.patch(f"{URL}preferences/", {"digest_hour": 18, "quiet_hours": {"from": 22, "until": 7}}).json()
    assert (changed["digest_hour"], changed["quiet_hours"]) == (18, {"from": 22, "until": 7})
    assert client.patch(f"{URL}preferences/", {"quiet_hours": None}).json()["quiet_hours"] is None
    for wrong in ({}, {"digest_hour": 24}, {"quiet_hours": {"from": 7, "until": 7}}, {"quiet_hours": {"from": 7}}):
        assert client.patch(f"{URL}preferences/", wrong).status_code == 400
    refused = client.patch(f"{URL}preferences/", {"preferences": [{"kind": "account_security", "mail": "off"}]})
    assert (refused.status_code, refused.json()["code"]) == (409, "mandatory_notification_kind")
    kinds = {row["kind"]: row for row in client.get(f"{URL}preferences/").json()["preferences"]}
    assert kinds["account_security"] | {"label": ""} == {
        "kind": "account_security",
        "label": "",
        "in_app": True,
        "mail": "now",
        "mandatory": True,
    }


@pytest.mark.parametrize("token", ["x", "WyJhIiwiYiJd:1xVap4:forged", "é"])
def test_a_forged_link_is_a_404(api: APIClient, db: None, token: str) -> None:
    assert api.get(f"/api/v1/unsubscribe/{token}/").status_code == 404
    assert api.post(f"/api/v1/unsubscribe/{token}/").status_code == 404
    assert not NotificationPreference.objects.exists()

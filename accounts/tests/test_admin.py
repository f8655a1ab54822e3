from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Session, User
from accounts.services import sign_in
from accounts.tests.factories import PASSWORD, make_session, make_user
from umemployed.audit.models import AuditEntry

NEW_PASSWORD = "a much newer sentence"


@pytest.fixture
def desk(dana: User) -> Client:
    """Dana at the admin."""
    client = Client()
    client.force_login(dana)
    return client


def act(desk: Client, model: str, action: str, *rows: int) -> int:
    url = reverse(f"admin:accounts_{model}_changelist")
    return desk.post(url, {"action": action, "_selected_action": rows}).status_code


@pytest.mark.parametrize("model", ["user", "session"])
def test_lists_cost_the_same_for_two_as_for_twenty(desk: Client, model: str) -> None:
    costs = []
    for count in (2, 18):
        for _ in range(count):
            make_session()
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse(f"admin:accounts_{model}_changelist"), {"q": "person"}).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_person_shows_with_their_sessions(desk: Client, alice: User) -> None:
    make_session(user=alice, device="Firefox on a boat")
    page = desk.get(reverse("admin:accounts_user_change", args=[alice.pk]))
    assert "Firefox on a boat" in page.content.decode()
    assert desk.get(reverse("admin:accounts_user_add")).status_code == 200


def test_suspending_ends_the_sessions_and_restoring_opens_the_door_again(desk: Client, alice: User) -> None:
    session = make_session(user=alice)
    assert act(desk, "user", "suspend", alice.pk) == 302
    session.refresh_from_db()
    alice.refresh_from_db()
    assert (session.revoked_reason, alice.is_active) == ("suspended", False)
    act(desk, "user", "restore", alice.pk)
    alice.refresh_from_db()
    assert alice.is_active
    assert list(
        AuditEntry.objects.filter(action__startswith="user:").order_by("pk").values_list("action", flat=True)
    ) == [
        "user:suspended",
        "user:restored",
    ]


def test_staff_does_not_suspend_themselves(desk: Client, dana: User) -> None:
    act(desk, "user", "suspend", dana.pk)
    dana.refresh_from_db()
    assert dana.is_active


def test_a_password_set_by_staff_ends_every_session(desk: Client, alice: User) -> None:
    session = make_session(user=alice)
    url = reverse("admin:auth_user_password_change", args=[alice.pk])
    refused = desk.post(url, {"password1": "short", "password2": "short", "usable_password": "true"})
    session.refresh_from_db()
    assert (refused.status_code, session.revoked_at) == (200, None)
    done = desk.post(url, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"})
    assert done.status_code == 302
    session.refresh_from_db()
    assert session.revoked_reason == Session.EndReason.PASSWORD_CHANGED
    assert sign_in(email=alice.email, password=NEW_PASSWORD, device="").session.user == alice


def test_a_session_is_ended_but_not_edited(desk: Client) -> None:
    session = make_session()
    assert act(desk, "session", "end", session.pk) == 302
    session.refresh_from_db()
    assert session.revoked_reason == Session.EndReason.REVOKED
    url = reverse("admin:accounts_session_change", args=[session.pk])
    assert (desk.get(url).status_code, desk.post(url, {}).status_code) == (200, 403)


@pytest.mark.django_db
def test_staff_signs_in_to_the_admin_with_the_same_password() -> None:
    make_user(email="eve@umemployed.example", is_staff=True)
    form = {"username": "Eve@umemployed.example", "password": PASSWORD}
    assert Client().post(reverse("admin:login"), form).status_code == 302


def editor(**rights: bool) -> tuple[User, Client]:
    """Staff who may edit people and groups, and is no superuser."""
    eve = make_user(email="eve@umemployed.example", is_staff=True, **rights)
    eve.user_permissions.set(Permission.objects.filter(codename__regex="^(add|change|delete|view)_(user|group)$"))
    client = Client()
    client.force_login(eve)
    return eve, client


def form_of(user: User, **changes: object) -> dict[str, object]:
    sessions = {f"sessions-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    names = {"email": user.email, "full_name": user.full_name, "language": "en", "timezone": "UTC"}
    return {**names, **sessions, **changes}


@pytest.mark.django_db
def test_whoever_may_edit_people_cannot_become_more(dana: User, alice: User) -> None:
    eve, client = editor()
    group = Group.objects.create(name="helpers")
    eve.groups.add(group)
    before = dana.password
    for user in (eve, dana, alice):
        url = reverse("admin:accounts_user_change", args=[user.pk])
        client.post(url, form_of(user, is_superuser="on", is_staff="on", groups=[group.pk], email="mine@example.com"))
    passwords = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    url = reverse("admin:auth_user_password_change", args=[dana.pk])
    assert client.post(url, passwords).status_code == 403
    url = reverse("admin:auth_group_change", args=[group.pk])
    everything = list(Permission.objects.values_list("pk", flat=True))
    assert client.post(url, {"name": "helpers", "permissions": everything}).status_code == 403
    assert client.post(reverse("admin:accounts_user_delete", args=[alice.pk]), {"post": "yes"}).status_code == 403
    assert list(User.objects.filter(is_superuser=True)) == [dana]
    assert not User.objects.filter(email="mine@example.com").exists()
    assert not User.objects.get(pk=alice.pk).is_staff
    assert User.objects.get(pk=dana.pk).password == before
    assert not group.permissions.exists()


def test_rights_that_a_superuser_gives_are_recorded(desk: Client, dana: User, alice: User) -> None:
    group = Group.objects.create(name="helpers")
    url = reverse("admin:accounts_user_change", args=[alice.pk])
    assert desk.post(url, form_of(alice, is_staff="on", groups=[group.pk])).status_code == 302
    entry = AuditEntry.objects.get(action="user:rights_changed")
    assert (entry.actor, entry.target) == (dana, f"accounts.user:{alice.public_id}")
    assert entry.details["fields"] == ["groups", "is_staff"]
    assert (entry.details["is_staff"], entry.details["groups"]) == (True, ["helpers"])
    view = Permission.objects.get(codename="view_user")
    url = reverse("admin:auth_group_change", args=[group.pk])
    assert desk.post(url, {"name": "helpers", "permissions": [view.pk]}).status_code == 302
    assert AuditEntry.objects.get(action="group:changed").details == {"permissions": ["view_user"]}
    assert desk.post(reverse("admin:auth_group_delete", args=[group.pk]), {"post": "yes"}).status_code == 302
    assert AuditEntry.objects.get(action="group:deleted").details == {"name": "helpers"}
    assert desk.post(url, form_of(alice, full_name="Alice")).status_code == 302
    assert AuditEntry.objects.filter(action="user:rights_changed").count() == 1


@pytest.mark.django_db
def test_entering_the_admin_is_recorded(dana: User) -> None:
    form = {"username": dana.email, "password": PASSWORD}
    assert Client().post(reverse("admin:login"), form).status_code == 302
    assert AuditEntry.objects.get(action="admin:entered").actor == dana

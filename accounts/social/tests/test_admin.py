"""Connections in the admin: looked at by staff, taken away through the service, never edited."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import Connection, User
from accounts.social.tests.factories import make_connection
from accounts.social.tests.test_sign_in import topics
from accounts.tests.factories import make_user
from umemployed.audit.models import AuditEntry

LIST = reverse("admin:accounts_connection_changelist")


def choose(client: Client, connection: Connection) -> int:
    return client.post(LIST, {"action": "remove", "_selected_action": [connection.pk]}).status_code


def test_staff_take_a_connection_away_and_its_owner_is_told(client: Client, dana: User, alice: User) -> None:
    connection = make_connection(user=alice)
    client.force_login(dana)
    assert choose(client, connection) == 302
    assert not Connection.objects.exists()
    entry = AuditEntry.objects.get(action="social:disconnected")
    assert (entry.actor_public_id, topics()) == (dana.public_id, ["ConnectionChanged"])


def test_staff_without_the_right_only_look(client: Client, db: None) -> None:
    viewer = make_user(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_connection"))
    connection = make_connection()
    client.force_login(viewer)
    assert connection.subject in client.get(LIST).content.decode()
    choose(client, connection)
    assert Connection.objects.filter(pk=connection.pk).exists()


def test_nothing_is_edited_and_the_librarys_empty_tables_are_not_shown(client: Client, dana: User) -> None:
    client.force_login(dana)
    connection = make_connection()
    url = reverse("admin:accounts_connection_change", args=[connection.pk])
    assert client.post(url, {"subject": "another"}).status_code == 403
    assert client.get(reverse("admin:accounts_connection_add")).status_code == 403
    assert not [model for model in admin.site._registry if model._meta.app_label == "social_django"]


@pytest.mark.django_db
def test_people_who_are_not_staff_see_nothing(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get(LIST).status_code == 302

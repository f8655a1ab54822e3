"""Where the links of mails lead in a house without a frontend: pages that act by a button and never by being opened."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from accounts import links as account_links
from accounts.models import EmailToken, User
from accounts.services import request_password_reset
from applications.tests.factories import make_application
from companies import links as company_links
from companies.models import Company, Invitation, Role
from companies.services import invite_member
from umemployed.embedded.pages import PAGES
from umemployed.tests.policy import POLICY

pytestmark = pytest.mark.django_db
LINK = re.compile(r"frontend\(f?\"([^\"]+)\"\)")
OPENED = [
    *(f"/{path}?token=secret" for path in ("verify-email", "reset-password", "change-email", "accept-invitation")),
    *("/register", "/forgot-password", "/login", "/notifications"),
    *(f"/{kind}/01a2109c-02a2-7359-b35a-20668a803284" for kind in ("applications", "conversations", "jobs")),
]


def test_every_link_of_a_mail_leads_to_a_page(client: Client, settings: Any) -> None:
    paths = [*account_links.PATHS.values(), company_links.PATH]
    written = "".join(path.read_text() for path in (settings.BASE_DIR / "notifications/mail").glob("*.py"))
    paths += [re.sub(r"\{[^}]*\}", "01a2109c-02a2-7359-b35a-20668a803284", path) for path in LINK.findall(written)]
    assert len(paths) > 8
    for path in paths:
        assert client.get(path, {"token": "secret"}).status_code == 200, path


@pytest.mark.parametrize("path", OPENED)
def test_opening_a_page_asks_and_changes_nothing(
    client: Client, path: str, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(0):
        answer = client.get(path)
    assert answer.status_code == 200
    assert (answer["Referrer-Policy"], "no-store" in answer["Cache-Control"]) == ("no-referrer", True)
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", OPENED)
def test_a_page_runs_only_our_script_and_labels_its_inputs(client: Client, path: str) -> None:
    answer = client.get(path)
    text = answer.content.decode()
    script = answer["Content-Security-Policy"].partition("script-src")[2].partition(";")[0]
    assert script.strip() == "'self'"
    assert re.findall(r"<script(?![^>]*\ssrc=\"/static/)|\sstyle=|\son\w+=", text) == []
    inputs = re.findall(r"<input id=\"(\w+)\"", text)
    assert set(inputs) <= set(re.findall(r"<label for=\"(\w+)\"", text))
    for file in re.findall(r"(?:src|href)=\"(/static/[^\"]+)\"", text):
        found = client.get(file)
        assert found.status_code == 200, file
        found.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_calls_a_door_that_is_there(name: str) -> None:
    page = PAGES[name]
    filled = page.path.replace("{token}", "secret").replace("{id}", "01a2109c-02a2-7359-b35a-20668a803284")
    resolve(f"/api/v1/{filled}")
    doors = {re.sub(r"\{\w+\}", "{}", door) for door in POLICY}
    assert f"{page.method} {re.sub(r'{[a-z]+}', '{}', page.path)}" in doors


def test_a_link_without_its_secret_says_so_and_offers_no_button(client: Client) -> None:
    answer = client.get("/verify-email")
    assert answer.status_code == 400
    assert "<button" not in answer.content.decode()


def test_what_is_in_the_address_stays_text(client: Client) -> None:
    text = client.get("/verify-email", {"token": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>" not in text
    assert "&quot;&gt;&lt;script&gt;" in text


def test_a_french_reader_reads_french(client: Client) -> None:
    text = client.get("/reset-password?token=secret", headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="fr">' in text
    assert "Choisir un nouveau mot de passe" in text


@pytest.mark.parametrize("path", OPENED)
def test_with_a_frontend_of_its_own_the_house_has_no_such_pages(client: Client, settings: Any, path: str) -> None:
    settings.FRONTEND_URL = "https://app.umemployed.example"
    assert client.get(path).status_code == 404


def call(client: Client, link: str, **fields: str) -> int:
    """Do what the page's script does, from what the page says; return the API's status."""
    text = client.get(link).content.decode()
    said = dict(re.findall(r"data-(\w+)=\"([^\"]*)\"", text))
    assert set(re.findall(r"<input id=\"(\w+)\"", text)) == set(fields)
    body = {**fields, "token": said["token"]}
    answer = client.post(f"/api/v1/{said['path']}", body, content_type="application/json")
    return answer.status_code


def test_a_mailed_reset_ends_with_the_new_password(client: Client, alice: User) -> None:
    request_password_reset(email=alice.email)
    link = account_links.link_for(EmailToken.objects.get(user=alice))
    path = link.removeprefix("http://127.0.0.1:8000")
    assert call(client, path, new_password="a long lovely phrase 7") == 204
    alice.refresh_from_db()
    assert alice.check_password("a long lovely phrase 7")
    assert call(client, path, new_password="another lovely phrase 8") == 400


def test_an_invitation_is_accepted_by_what_its_page_says(
    client: Client, as_user: Callable[..., Any], alice: User, bob: User, acme: Company
) -> None:
    invite_member(actor=bob, company_id=acme.pk, email=alice.email, role=Role.RECRUITER)
    link = company_links.link_for(Invitation.objects.get())
    said = dict(re.findall(r"data-(\w+)=\"([^\"]*)\"", client.get(link).content.decode()))
    answer = as_user(alice).post(f"/api/v1/{said['path'].replace('{token}', said['token'])}")
    assert answer.status_code == 200


def test_a_page_about_an_application_reads_it_by_its_id(client: Client, as_user: Callable[..., Any]) -> None:
    application = make_application()
    text = client.get(f"/applications/{application.public_id}").content.decode()
    said = dict(re.findall(r"data-(\w+)=\"([^\"]*)\"", text))
    answer = as_user(application.candidate).get(f"/api/v1/{said['path'].replace('{id}', said['id'])}")
    assert answer.json()["id"] == str(application.public_id)

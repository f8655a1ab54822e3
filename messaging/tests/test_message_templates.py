"""Templates: filled in safely, owned by the team."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tests.racing import race
from applications.tests.factories import make_application
from companies.models import Company, Role
from companies.tests.factories import make_membership
from jobs.tests.factories import make_job
from messaging.message_templates import services
from messaging.message_templates.tests.factories import make_message_template
from messaging.message_templates.variables import VARIABLES
from messaging.models import Conversation, MessageTemplate
from messaging.tests.factories import make_conversation, make_team_conversation

URL = "/api/v1/message-templates/"


def preview(client: Any, template: MessageTemplate, talk: Conversation) -> Any:
    return client.post(f"{URL}{template.public_id}/preview/", {"conversation": str(talk.public_id)})


def test_the_team_writes_edits_and_deletes_templates(as_user: Any, bob: User, acme: Company) -> None:
    made = as_user(bob).post(URL, {"company": "acme", "name": "Welcome", "body": "Hello {{ candidate_name }}"})
    assert (made.status_code, made.json()["author"], made.json()["version"]) == (201, "Bob Fotso", 1)
    url = f"{URL}{made.json()['id']}/"
    colleague = as_user(make_membership(company=acme).user)
    edited = colleague.patch(url, {"body": "Hi {{candidate_first_name}}"}, headers={"If-Match": made["ETag"]})
    assert (edited.status_code, edited.json()["version"]) == (200, 2)
    stale = as_user(bob).patch(url, {"name": "Other"}, headers={"If-Match": made["ETag"]})
    assert stale.status_code == 412
    assert as_user(bob).get(URL, {"company": "acme"}).json()["results"] == [edited.json()]
    assert as_user(bob).delete(url, headers={"If-Match": edited["ETag"]}).status_code == 204
    assert not MessageTemplate.objects.exists()


def test_a_template_is_filled_in_for_one_conversation(as_user: Any, alice: User, bob: User, talk: Conversation) -> None:
    body = (
        "Dear {{candidate_name}} ({{candidate_first_name}}), about {{job_title}} at {{company_name}}: {{sender_name}}"
    )
    template = make_message_template(company=talk.company, body=body)
    text = preview(as_user(bob), template, talk).json()["body"]
    assert text == f"Dear Alice Ndongo (Alice), about {talk.application.job.title} at Acme: Bob Fotso"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("{{sender_name}}", "{{sender_name}}"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("Eve\r\nBcc: all", "Eve Bcc: all"),
        ("Eve\u202e\u2066 evil", "Eve evil"),
        (r"\1 \g<0>", r"\1 \g<0>"),
    ],
)
def test_a_name_is_only_a_name(as_user: Any, alice: User, bob: User, talk: Conversation, name: str, shown: str) -> None:
    User.objects.filter(pk=alice.pk).update(full_name=name)
    template = make_message_template(company=talk.company, body="Hello {{candidate_name}}!")
    assert preview(as_user(bob), template, talk).json()["body"] == f"Hello {shown}!"


@pytest.mark.parametrize(
    "body",
    ["{{password}}", "{{candidate.email}}", "{{}}", "{{ {{job_title}} }}", "{{job_title", "job_title}}", "{{{{", ""],
)
def test_only_known_variables_are_taken(as_user: Any, bob: User, acme: Company, body: str) -> None:
    answer = as_user(bob).post(URL, {"company": "acme", "name": "x", "body": body})
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "body")


def test_what_has_no_value_is_named(as_user: Any, alice: User, bob: User, acme: Company) -> None:
    talk = make_team_conversation(candidate=alice, company=acme)
    template = make_message_template(company=acme, body="{{job_title}} {{company_name}}")
    answer = preview(as_user(bob), template, talk)
    assert (answer.status_code, answer.json()["code"], answer.json()["missing"]) == (
        422,
        "template_does_not_fit",
        ["job_title"],
    )


def test_an_anonymous_employer_is_not_named(as_user: Any, alice: User, bob: User, acme: Company) -> None:
    application = make_application(candidate=alice, job=make_job(company=acme, is_anonymous=True))
    template = make_message_template(company=acme, body=" ".join(f"{{{{{name}}}}}" for name in VARIABLES))
    text = preview(as_user(bob), template, make_conversation(application=application)).json()["body"]
    assert "acme" not in text.lower()


def test_outsiders_and_interviewers_find_no_template(
    as_user: Any, alice: User, carol: User, acme: Company, talk: Conversation
) -> None:
    template = make_message_template(company=acme)
    interviewer = make_membership(company=acme, role=Role.INTERVIEWER).user
    for person in (alice, carol, interviewer):
        client = as_user(person)
        assert client.get(URL).json()["results"] == []
        assert client.get(f"{URL}{template.public_id}/").status_code == 404
        assert preview(client, template, talk).status_code == 404
    assert as_user(carol).post(URL, {"company": "acme", "name": "x", "body": "x"}).status_code == 404


def test_a_foreign_conversation_is_no_conversation(as_user: Any, bob: User, acme: Company) -> None:
    template = make_message_template(company=acme)
    foreign = preview(as_user(bob), template, make_conversation())
    assert (foreign.status_code, foreign.json()["errors"][0]["attr"]) == (400, "conversation")


def test_names_differ_and_there_is_an_end_of_templates(
    as_user: Any, bob: User, acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "TEMPLATES", 2)
    client = as_user(bob)
    names = ("one", "one", "two", "three")
    answers = [client.post(URL, {"company": "acme", "name": name, "body": "x"}) for name in names]
    assert [answer.status_code for answer in answers] == [201, 409, 201, 409]
    assert [answer.json().get("code") for answer in answers[1::2]] == ["template_name_taken", "too_many_templates"]


def test_a_list_of_templates_costs_the_same_for_two_and_for_twenty(as_user: Any, bob: User, acme: Company) -> None:
    client, costs = as_user(bob), []
    for rows in (2, 20):
        for _ in range(rows - MessageTemplate.objects.count()):
            make_message_template(company=acme, author=bob)
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(URL).json()["results"]) == rows
        costs.append(len(queries))
    assert costs[0] == costs[1]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_edits_of_one_version_do_not_both_win(bob: User, acme: Company) -> None:
    template = make_message_template(company=acme)
    outcomes = race(
        *[
            lambda n=n: services.edit_template(
                actor=bob, template_id=template.public_id, expected_version=1, body=f"text {n}"
            )
            for n in range(8)
        ]
    )
    assert sum(isinstance(each, MessageTemplate) for each in outcomes) == 1
    assert MessageTemplate.objects.get().version == 2

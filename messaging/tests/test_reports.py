"""Reports: evidence of the moment, one open at a time, judged by staff."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.tests.racing import race
from companies.models import Company
from messaging import services as chat
from messaging.models import Conversation, Message, Report
from messaging.reports import services
from messaging.reports.models import TRANSITIONS, Reason, Status
from messaging.reports.tests.factories import make_report
from messaging.tests.factories import say
from umemployed.api.errors import Forbidden
from umemployed.audit.models import AuditEntry
from umemployed.events.models import EventRecord
from umemployed.realtime.models import Frame

URL = "/api/v1/reports/"


def test_a_message_is_reported_with_what_was_said_around_it(
    as_user: Any, alice: User, bob: User, talk: Conversation
) -> None:
    say(alice, talk, "Hello")
    message = say(bob, talk, "Send me money")
    chat.edit_message(actor=bob, message_id=message.public_id, body="Send me 100 €")
    answer = as_user(alice).post(URL, {"message": str(message.public_id), "reason": "scam", "note": "!"})
    assert (answer.status_code, answer.json()["status"]) == (201, "open")
    chat.delete_message(actor=bob, message_id=message.public_id)
    kept = Report.objects.get().evidence
    assert [(entry["body"], entry["before"]) for entry in kept] == [
        ("Hello", []),
        ("Send me 100 €", ["Send me money"]),
    ]
    assert EventRecord.objects.filter(topic="messaging.ReportFiled", actor=alice).count() == 1
    assert as_user(alice).get(URL).json()["results"] == [answer.json()]
    assert as_user(bob).get(URL).json()["results"] == []
    assert as_user(bob).get(f"{URL}{answer.json()['id']}/").status_code == 404


def test_a_person_one_has_met_and_any_company_are_reported(
    as_user: Any, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    say(bob, talk, "rude")
    client = as_user(alice)
    assert client.post(URL, {"person": str(bob.public_id), "reason": "harassment"}).status_code == 201
    assert client.post(URL, {"company": "acme", "reason": "spam"}).status_code == 201
    assert [len(report.evidence) for report in Report.objects.order_by("pk")] == [1, 0]
    foreign = client.post(URL, {"person": str(carol.public_id), "reason": "spam"})
    missing = client.post(URL, {"person": str(uuid.uuid4()), "reason": "spam"})
    assert {**foreign.json(), "request_id": ""} == {**missing.json(), "request_id": ""}
    assert foreign.status_code == 404


def test_carol_cannot_report_what_she_cannot_read(as_user: Any, alice: User, carol: User, talk: Conversation) -> None:
    message = say(alice, talk)
    assert as_user(carol).post(URL, {"message": str(message.public_id), "reason": "spam"}).status_code == 404
    assert not Report.objects.exists()


@pytest.mark.parametrize("wrong", [{}, {"reason": "spam"}, {"company": "acme"}, {"company": "acme", "reason": "x"}])
def test_a_senseless_report_is_refused(as_user: Any, alice: User, acme: Company, wrong: dict[str, str]) -> None:
    assert as_user(alice).post(URL, wrong).status_code == 400


def test_nobody_reports_themselves(as_user: Any, alice: User, talk: Conversation) -> None:
    message = say(alice, talk)
    for target in ({"message": str(message.public_id)}, {"person": str(alice.public_id)}):
        assert as_user(alice).post(URL, {**target, "reason": "spam"}).status_code == 400


def test_an_open_report_is_not_doubled_and_a_decided_one_may_be_followed(
    as_user: Any, alice: User, dana: User, acme: Company
) -> None:
    first = as_user(alice).post(URL, {"company": "acme", "reason": "spam"})
    again = as_user(alice).post(URL, {"company": "acme", "reason": "scam"})
    assert (again.status_code, again.json()["code"], again.json()["report"]) == (
        409,
        "report_still_open",
        first.json()["id"],
    )
    report = Report.objects.get()
    services.resolve_report(actor=dana, report_id=report.pk, status=Status.DISMISSED)
    assert as_user(alice).post(URL, {"company": "acme", "reason": "scam"}).status_code == 201
    with pytest.raises(services.ReportWrongState):
        services.resolve_report(actor=dana, report_id=report.pk, status=Status.OPEN)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_reports_at_once_are_one(alice: User, acme: Company) -> None:
    call = lambda: services.file_report(actor=alice, company_slug="acme", reason=Reason.SPAM)  # noqa: E731
    outcomes = race(*[call] * 10)
    assert sum(isinstance(each, Report) for each in outcomes) == 1
    assert sum(isinstance(each, services.ReportStillOpen) for each in outcomes) == 9
    assert EventRecord.objects.filter(topic="messaging.ReportFiled").count() == 1


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_only_tabled_decisions_are_made(dana: User, before: Status, after: Status) -> None:
    report = make_report()
    if before is not Status.OPEN:
        services.resolve_report(actor=dana, report_id=report.pk, status=before)
    if after in TRANSITIONS[before]:
        assert services.resolve_report(actor=dana, report_id=report.pk, status=after).status == after
    else:
        with pytest.raises(services.ReportWrongState):
            services.resolve_report(actor=dana, report_id=report.pk, status=after)


def test_only_staff_decide(bob: User) -> None:
    report = make_report()
    with pytest.raises(Forbidden):
        services.resolve_report(actor=bob, report_id=report.pk, status=Status.UPHELD)
    report.refresh_from_db()
    assert report.status == Status.OPEN


def test_staff_read_the_evidence_uphold_and_remove(client: Client, dana: User) -> None:
    report = make_report()
    client.force_login(dana)
    page = client.get(reverse("admin:messaging_report_change", args=[report.pk])).content.decode()
    assert "Pay me first" in page
    choice = {"action": "uphold_and_remove", "_selected_action": [report.pk]}
    assert client.post(reverse("admin:messaging_report_changelist"), choice).status_code == 302
    report.refresh_from_db()
    message = Message.objects.get()
    assert (report.status, report.resolved_by, message.body, message.is_deleted()) == ("upheld", dana, "", True)
    told = Frame.objects.filter(user=message.conversation.candidate).order_by("seq").values_list("type", flat=True)
    assert list(told) == ["redacted", "message.deleted"]
    actions = set(AuditEntry.objects.filter(actor=dana).values_list("action", flat=True))
    assert {"report:upheld", "message:deleted"} <= actions
    assert EventRecord.objects.filter(topic="messaging.ReportResolved").count() == 1


def test_a_list_of_reports_costs_the_same_for_two_and_for_twenty(as_user: Any, alice: User, bob: User) -> None:
    from companies.tests.factories import make_company

    client, costs = as_user(alice), []
    for rows in (2, 20):
        for _ in range(rows - Report.objects.count()):
            services.file_report(actor=alice, company_slug=make_company().slug, reason=Reason.SPAM)
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(URL).json()["results"]) == rows
        costs.append(len(queries))
    assert costs[0] == costs[1]

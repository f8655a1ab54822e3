"""Reports, signals, and what staff decide; nothing is removed by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from companies.models import Company
from companies.tests.factories import make_company
from jobs import services
from jobs.models import Category, FraudSignal, Job, JobCase, JobReport, JobSearch, Status
from jobs.moderation.services import examine_job, judge_job, report_job, restore_job, take_down_job
from jobs.moderation.tests.factories import make_fraud_signal, make_job_report
from jobs.moderation.vocabulary import Verdict
from jobs.services.duplicates import keep_fingerprints
from jobs.tests.factories import make_indexed, make_job
from umemployed.api.errors import Forbidden
from umemployed.audit.models import AuditEntry
from umemployed.events.relay import Relay

Client = Callable[[User], APIClient]
TEXT = (
    "We look after the water supply of three towns. You keep pumps and meters in order, answer calls at night in"
    " turn with four colleagues, and write down what you changed so that the next one finds it at once."
)


@pytest.fixture
def known(db: None) -> Company:
    """A company that staff verified long ago."""
    return make_company(verified_at=timezone.now(), website="https://www.known.example/")


def signals(job: Job) -> dict[str, Any]:
    return {signal.kind: signal.evidence for signal in examine_job(job_id=job.pk)}


@pytest.mark.django_db
def test_an_ordinary_posting_of_a_known_company_raises_nothing(known: Company) -> None:
    assert signals(make_job(company=known, description=TEXT)) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to chief@gmail.example now", {"mail": ["chief@gmail.example"]}),
        ("Call +237 6 77 12 34 56 today", {"phone": ["+237 6 77 12 34 56"]}),
        ("Ring (020) 7946-0958", {"phone": None}),
        ("Tél : 06.12.34.56.78", {"phone": ["06.12.34.56.78"]}),
        ("See https://wa.me/237677123456", {"messenger": ["wa.me/237677123456"]}),
        ("Only by WhatsApp!", {"messenger": ["WhatsApp"]}),
        ("t.me/easyjobs", {"messenger": ["t.me/easyjobs"]}),
        ("Apply at jobs@known.example", None),
        ("Founded 2014, 1,200,000 customers, 24/7, budget 350000.00 EUR, room 12-34", None),
        ("ISO 9001:2015, RFC 9457, Python 3.11.4, 2031-05-28", None),
        ("We value a clear signal and line management", None),
    ],
)
def test_contact_outside_is_named(text: str, found: dict[str, Any] | None, known: Company) -> None:
    contact = signals(make_job(company=known, description=f"{TEXT} {text}")).get("contact")
    if found is None:
        assert contact is None
        return
    assert contact is not None and set(contact) == set(found)
    assert all(values is None or contact[name] == values for name, values in found.items())


@pytest.mark.django_db
def test_pay_far_from_the_field_is_told_with_what_is_usual(known: Company) -> None:
    field = Category.objects.get(slug="health")
    for step in range(40):
        make_job(company=known, category=field, salary_yearly_min=20_000 + 500 * step)
    pays: dict[int, bool] = {25_000: False, 70_000: False, 300_000: True, 4_000: True}
    for pay, is_odd in pays.items():
        found = signals(make_job(company=known, category=field, salary_yearly_min=pay)).get("pay")
        assert (found is not None) == is_odd, pay
    assert found["compared_with"] >= 40 and found["usual"][0] < found["usual"][1]
    assert "pay" not in signals(make_job(company=known, category=field))  # unknown is not zero


@pytest.mark.django_db
def test_a_text_of_another_company_is_found_however_much_is_added(known: Company) -> None:
    original = make_job(company=make_company(), description=TEXT)
    own = make_job(company=known, description=TEXT)
    copy = make_job(company=known, description=f"{TEXT} Come soon.")
    keep_fingerprints([original, own, copy])
    assert signals(copy)["copied"] == {"jobs": [str(original.public_id)], "count": 1}
    Job.objects.filter(pk=original.pk).update(status=Status.CLOSED)
    assert "copied" not in signals(copy)


@pytest.mark.django_db
def test_a_young_company_is_a_signal_until_it_is_verified() -> None:
    company = make_company()
    job = make_job(company=company)
    assert set(signals(job)) == {"young"}
    Company.objects.filter(pk=company.pk).update(created_at=timezone.now() - timedelta(days=15))
    assert signals(job) == {}


@pytest.mark.django_db
def test_what_was_dismissed_stays_dismissed_until_the_evidence_is_another(known: Company, dana: User) -> None:
    job = make_job(company=known, description="Only by WhatsApp")
    assert set(signals(job)) == {"contact"}
    assert judge_job(actor=dana, job_id=job.pk, verdict=Verdict.DISMISSED, note="fine") == 1
    assert signals(job) == {}
    Job.objects.filter(pk=job.pk).update(description="Only by WhatsApp or Telegram")
    assert set(signals(job)) == {"contact"}


@pytest.mark.django_db(transaction=True)
def test_publishing_looks_after_the_commit_and_removes_nothing(bob: User, acme: Company) -> None:
    job = make_job(company=acme, status=Status.DRAFT, description="Only by WhatsApp")
    services.publish_job(actor=bob, job_id=job.pk)
    Relay().drain()
    assert set(FraudSignal.objects.values_list("kind", flat=True)) == {"contact", "young"}
    job.refresh_from_db()
    assert job.status == Status.LIVE and JobSearch.objects.filter(job=job).exists()


@pytest.mark.django_db
def test_one_person_reports_a_posting_once_until_it_is_judged(as_user: Client, alice: User, dana: User) -> None:
    job, client = make_job(), as_user(alice)
    path = f"/api/v1/jobs/{job.public_id}/report/"
    sent = client.post(path, {"reason": "asks_for_money", "details": "They want a fee."}, format="json")
    assert (sent.status_code, sent.json()["reason"]) == (201, "asks_for_money")
    again = client.post(path, {"reason": "fraud"}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "already_reported")
    judge_job(actor=dana, job_id=job.pk, verdict=Verdict.DISMISSED)
    assert client.post(path, {"reason": "fraud"}, format="json").status_code == 201
    assert client.post(path, {"reason": "taste"}, format="json").status_code == 400
    assert JobReport.objects.count() == 2


@pytest.mark.django_db
def test_the_queue_shows_the_weightiest_first_and_nothing_judged(dana: User, bob: User, client: Browser) -> None:
    light = make_fraud_signal(kind="young").job
    heavy = make_fraud_signal(kind="copied").job
    make_job_report(job=heavy)
    make_fraud_signal(kind="pay", verdict="dismissed")
    rows = [(row.pk, row.weight) for row in JobCase.cases.to_be_judged().order_by("-weight")]
    assert rows == [(heavy.pk, 6), (light.pk, 1)]
    client.force_login(dana)
    page = client.get(reverse("admin:jobs_jobcase_changelist")).content.decode()
    assert page.index(heavy.title) < page.index(light.title)
    chosen = {"action": "dismiss", "_selected_action": [light.pk]}
    client.post(reverse("admin:jobs_jobcase_changelist"), chosen)
    assert [row.pk for row in JobCase.cases.to_be_judged()] == [heavy.pk]


@pytest.mark.django_db
def test_a_posting_that_staff_took_down_comes_back_only_through_staff(
    as_user: Client, api: APIClient, dana: User, bob: User, acme: Company
) -> None:
    job = make_indexed(company=acme)
    make_job_report(job=job)
    take_down_job(actor=dana, job_id=job.pk, note="fee")
    assert api.get(f"/api/v1/jobs/{job.public_id}/").status_code == 410 and not JobSearch.objects.exists()
    seen = as_user(bob).get(f"/api/v1/jobs/{job.public_id}/").json()
    assert {action["id"]: action["reason"] for action in seen["actions"]}["reopen"] == "taken_down"
    with pytest.raises(services.JobIncomplete):
        services.reopen_job(actor=bob, job_id=job.pk)
    restore_job(actor=dana, job_id=job.pk)
    assert services.reopen_job(actor=bob, job_id=job.pk).status == Status.LIVE
    assert JobReport.objects.get().verdict == Verdict.UPHELD
    assert AuditEntry.objects.filter(action__in=["job:taken_down", "job:restored"]).count() == 2


@pytest.mark.django_db
def test_only_staff_judge(bob: User, alice: User, acme: Company) -> None:
    job = make_job(company=acme)
    report_job(actor=alice, job_id=job.pk, reason="fraud")
    for verb, given in ((take_down_job, {}), (restore_job, {}), (judge_job, {"verdict": Verdict.DISMISSED})):
        with pytest.raises(Forbidden):
            verb(actor=bob, job_id=job.pk, **given)
    assert JobReport.objects.get().verdict == Verdict.OPEN

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_user
from applications.models import Application, Offer
from applications.offers.tests.factories import make_offer, make_sent_offer
from applications.tests.factories import make_application
from companies.models import Company
from jobs.models import Job
from jobs.tests.factories import make_job

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]
TERMS: dict[str, Any] = {
    "title": "Carpenter",
    "employment_type": "full_time",
    "starts_on": "2027-03-01",
    "pay": {"amount": "350000.00", "currency": "XAF"},
    "pay_period": "month",
    "conditions": "Subject to references.",
}


def offers_of(application: Application) -> str:
    return f"/api/v1/applications/{application.public_id}/offers/"


def url(offer: dict[str, Any] | Offer, verb: str = "") -> str:
    name = offer["id"] if isinstance(offer, dict) else offer.public_id
    return f"/api/v1/offers/{name}/{verb and f'{verb}/'}"


def test_an_offer_from_draft_to_signature(application: Application, alice: User, bob: User, as_user: AsUser) -> None:
    his, hers = as_user(bob), as_user(alice)
    made = his.post(offers_of(application), {"terms": TERMS})
    assert made.status_code == 201, made.content
    draft = made.json()
    assert (draft["state"], draft["terms"], draft["team"]["status"]) == (None, None, "draft")
    assert draft["team"]["terms"]["pay"] == {"amount": "350000.00", "currency": "XAF"}
    assert hers.get(offers_of(application)).json()["results"] == []
    assert hers.get(url(draft)).status_code == 404

    changed = his.patch(url(draft), {"terms": {**TERMS, "title": "Master carpenter"}}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["team"]["terms"]["number"]) == (200, 2)
    assert his.patch(url(draft), {"terms": TERMS}).status_code == 428
    assert his.patch(url(draft), {"terms": TERMS}, headers={"If-Match": '"1"'}).status_code == 412

    until = timezone.now() + timedelta(days=3)
    sent = his.post(url(draft, "send"), {"version": 2, "expires_at": until.isoformat()})
    assert (sent.status_code, sent.json()["team"]["status"]) == (200, "sent")
    read = hers.get(url(draft)).json()
    assert (read["state"], read["team"], read["terms"]["title"]) == ("open", None, "Master carpenter")
    assert {act["id"]: act["enabled"] for act in read["actions"]} == {"accept": True, "decline": True}

    stale = hers.post(url(draft, "accept"), {"version": 2, "name": "Alice Ndongo"})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    signed = hers.post(url(draft, "accept"), {"version": read["version"], "name": "Alice Ndongo"})
    assert (signed.status_code, signed.json()["state"], signed.json()["signed_name"]) == (
        200,
        "accepted",
        "Alice Ndongo",
    )
    assert his.get(f"/api/v1/applications/{application.public_id}/").json()["team"]["status"] == "hired"
    told = [entry["kind"] for entry in his.get(url(draft, "history")).json()["results"]]
    assert told == ["accepted", "sent", "edited", "created"]
    assert hers.get(url(draft, "history")).status_code == 403


def test_the_candidate_reads_nothing_of_what_the_team_prepares(
    application: Application, alice: User, bob: User, as_user: AsUser
) -> None:
    offer = make_sent_offer(application, bob, title="First title")
    patched = as_user(bob).patch(
        url(offer),
        {"terms": {**TERMS, "title": "Secret title"}},
        headers={"If-Match": f'"{offer.version}"'},
    )
    assert patched.status_code == 200
    answer = as_user(alice).get(url(offer))
    assert (answer.json()["state"], answer.json()["terms"]["title"]) == ("in_revision", "First title")
    assert b"Secret" not in answer.content
    acts = {act["id"]: (act["enabled"], act["reason"]) for act in answer.json()["actions"]}
    assert acts == {"accept": (False, "is_draft"), "decline": (False, "is_draft")}
    assert text_of(as_user(alice).get(url(offer, "letter"))) != text_of(as_user(bob).get(url(offer, "letter")))


def text_of(answer: Any) -> bytes:
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return answer.content


def test_the_letter_is_an_accessible_pdf(application: Application, alice: User, bob: User, as_user: AsUser) -> None:
    offer = make_sent_offer(application, bob, conditions="Éàü œ Łódź Ελληνικά Привет שלום مرحبا #evil() *bold*")
    answer = as_user(alice).get(url(offer, "letter"), headers={"Accept": "application/pdf"})
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Cache-Control"] == "private, no-store"
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "en"
        assert "pdfuaid" in str(pdf.open_metadata())
        assert str(pdf.docinfo["/Title"]).startswith("Offer of employment")


def test_the_letter_of_a_french_posting_is_french(application: Application, bob: User, as_user: AsUser) -> None:
    Job.objects.update(language="fr")
    with pikepdf.open(io.BytesIO(text_of(as_user(bob).get(url(make_sent_offer(application, bob), "letter"))))) as pdf:
        assert pdf.Root.Lang == "fr"
        assert str(pdf.docinfo["/Title"]).startswith("Offre d'embauche")


@pytest.mark.parametrize(
    ("terms", "attr"),
    [
        (None, "terms"),
        ({**TERMS, "pay": {"amount": "-1", "currency": "XAF"}}, "terms.pay"),
        ({**TERMS, "pay": {"amount": "1", "currency": "XXX"}}, "terms.pay"),
        ({**TERMS, "starts_on": "tomorrow"}, "terms.starts_on"),
        ({**TERMS, "employment_type": "slave"}, "terms.employment_type"),
        ({**TERMS, "hours_per_week": "169"}, "terms.hours_per_week"),
        ({**TERMS, "title": "x" * 201}, "terms.title"),
        ({**TERMS, "title": 7}, "terms.title"),
    ],
)
def test_bad_terms_are_named(application: Application, bob: User, as_user: AsUser, terms: Any, attr: str) -> None:
    answer = as_user(bob).post(offers_of(application), {"terms": terms})
    assert answer.status_code == 400
    assert attr in {error["attr"] for error in answer.json()["errors"]}
    assert not Offer.objects.exists()


@pytest.mark.parametrize("body", [{"name": "A"}, {"name": ""}, {}, {"name": 7}, {"name": "Alice", "version": 10**12}])
def test_a_signature_is_a_name_on_a_version(
    application: Application, alice: User, bob: User, as_user: AsUser, body: dict[str, Any]
) -> None:
    offer = make_sent_offer(application, bob)
    assert as_user(alice).post(url(offer, "accept"), {"version": offer.version, **body}).status_code == 400
    assert Offer.objects.get().status == "sent"


def test_carol_is_refused_and_nothing_changed(
    application: Application, bob: User, carol: User, globex: Company, as_user: AsUser
) -> None:
    offer, hers = make_sent_offer(application, bob), as_user(carol)
    assert hers.get(offers_of(application)).status_code == 404
    assert hers.post(offers_of(application), {"terms": TERMS}).status_code == 404
    assert hers.get("/api/v1/offers/").json()["results"] == []
    for verb in ("", "history", "letter"):
        assert hers.get(url(offer, verb)).status_code == 404
    for verb in ("submit", "approve", "send-back", "send", "withdraw", "accept", "decline"):
        assert hers.post(url(offer, verb), {"version": offer.version}).status_code == 404
    assert hers.patch("/api/v1/companies/acme/offer-policy/", {"approvals_required": 0}).status_code == 404
    assert Offer.objects.get().version == offer.version


def test_a_company_says_how_it_makes_offers(acme: Company, bob: User, ivo: User, as_user: AsUser) -> None:
    path = "/api/v1/companies/acme/offer-policy/"
    assert as_user(bob).get(path).json() == {"approvals_required": 0, "validity_days": 14}
    changed = as_user(bob).patch(path, {"approvals_required": 2})
    assert changed.json() == {"approvals_required": 2, "validity_days": 14}
    assert as_user(ivo).get(path).status_code == 200
    assert as_user(ivo).patch(path, {"approvals_required": 0}).status_code == 403
    assert as_user(bob).patch(path, {"approvals_required": 6}).status_code == 400


def test_a_list_costs_the_same_for_two_as_for_twenty(acme: Company, bob: User, as_user: AsUser) -> None:
    client, costs = as_user(bob), []
    job: Job = make_job(company=acme, openings=30)
    for count in (2, 18):
        for _ in range(count):
            make_offer(make_application(job=job, candidate=make_user()), bob)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/api/v1/offers/?page_size=50&status=draft")
        costs.append(len(queries))
    assert len(answer.json()["results"]) == 20
    assert costs[0] == costs[1] <= 8

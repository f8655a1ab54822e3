"""The doors of matching: whose they are, what they leave out, and what they must never tell or read."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from companies.blocks.services import block
from companies.models import Company, Role
from companies.tests.factories import make_membership
from jobs import services
from jobs.matching.candidates import CLAIM_REACHES, JOBS, PROFICIENCY, RESUMES, WISH_REACHED
from jobs.matching.facts import Claim, Wish
from jobs.matching.models import SkillWeight
from jobs.matching.reading import languages_of, months_of
from jobs.matching.scoring import BY_LEVEL, proficiency, reached
from jobs.matching.weights import count_weights
from jobs.models import Job, Status
from jobs.shelf.services import hide_job
from jobs.tests.factories import make_indexed, make_job, make_skill
from resumes.models import Resume, ResumeSkill, SkillLevel
from resumes.services import add_row, delete_resume, edit_resume, unpublish_resume
from resumes.tests.factories import make_published_resume
from umemployed.audit.models import AuditEntry
from umemployed.privacy.services.consents import give_consent, withdraw_consent

pytestmark = pytest.mark.django_db
Client = Callable[[User], APIClient]
RECOMMENDED = "/api/v1/jobs/recommended/"


def url(job: Job, verb: str) -> str:
    return f"/api/v1/jobs/{job.public_id}/{verb}/"


def write(owner: User, *skills: str, **overrides: object) -> Resume:
    """A published first résumé that claims these skills."""
    resume = make_published_resume(owner=owner, country_code="CM", **overrides)
    for name in skills:
        make_skill(name)
        add_row(actor=owner, resume_id=resume.pk, section="skills", name=name, level=SkillLevel.EXPERT, years=6)
    return Resume.objects.get(pk=resume.pk)


def be_found(user: User, settings) -> None:
    give_consent(actor=user, purpose="talent_search", version=settings.CONSENT_TEXTS["talent_search"])


def tenths(text: str) -> int:
    return int(Decimal(text) * 10)


# --- One posting, one résumé ---------------------------------------------------------------------------


def test_a_match_is_explained_and_adds_up(as_user: Client, alice: User) -> None:
    job = make_indexed(skills=["Python", "Django"], experience_level="senior", salary_yearly_max=50_000)
    write(alice, "Python")
    answer = as_user(alice).get(url(job, "match"), {"salary_min": "60000", "currency": "EUR", "period": "year"})
    match = answer.json()
    assert answer.status_code == 200, match
    shown = {one["component"]: one for one in match["components"]}
    assert tenths(match["score"]) == sum(tenths(one["points"]) for one in match["components"] if one["points"])
    assert [(one["skill"], one["claimed"], one["level"], one["years"]) for one in shown["skills"]["evidence"]] == [
        ("Python", True, "expert", 6),
        ("Django", False, "", None),
    ]
    assert shown["pay"]["evidence"] == [{"wish": 60_000, "min": None, "max": 50_000}]
    assert shown["seniority"]["unknown"] == "not_said", "its position has no dates"
    assert [one["detail"] for one in match["barriers"]] == ["Django"]
    assert match["raises"][0]["step"] == "skill_added" and match["raises"][0]["subject"] == "Django"


def test_the_level_and_the_years_that_are_asked_go_from_the_posting_to_the_score(
    as_user: Client, api: APIClient, alice: User, bob: User, acme: Company
) -> None:
    make_skill("Python"), make_skill("Django")
    team = as_user(bob)
    asked = [
        {"slug": "python", "importance": "must", "level": "expert", "min_years": 8},
        {"slug": "django", "importance": "nice", "level": "", "min_years": None},
    ]
    posting = {"company": "acme", "title": "Pythonist", "description": "x", "work_mode": "remote", "skills": asked}
    made = team.post("/api/v1/jobs/", posting, format="json").json()
    terms = [{name: row[name] for name in ("slug", "importance", "level", "min_years")} for row in made["skills"]]
    assert terms == asked
    job = Job.objects.get(public_id=made["id"])
    services.publish_job(actor=bob, job_id=job.pk)
    (card,) = api.get("/api/v1/jobs/", {"skills": "python"}).json()["results"]
    assert card["skills"] == made["skills"]
    copy = team.post(url(job, "duplicate")).json()
    assert copy["skills"] == made["skills"]
    resume = write(alice)
    add_row(actor=alice, resume_id=resume.pk, section="skills", name="Python", level=SkillLevel.ADVANCED, years=2)
    match = as_user(alice).get(url(job, "match")).json()
    first, second = match["components"][0]["evidence"]
    assert (first["asked_level"], first["asked_years"], first["level"], first["years"]) == ("expert", 8, "advanced", 2)
    assert (first["percent"], second["percent"]) == (76, 0), "the mean of 90 and 50 + 50 * 2 / 8"
    assert (second["asked_level"], second["asked_years"]) == ("", None)
    assert [(one["code"], one["detail"]) for one in match["barriers"]] == [("skill_short", "Python")]
    edited = {"skills": [{**asked[0], "level": "advanced", "min_years": None}]}
    job.refresh_from_db()
    answer = team.patch(
        f"/api/v1/jobs/{job.public_id}/", edited, format="json", headers={"If-Match": f'"{job.version}"'}
    )
    assert answer.status_code == 200, answer.json()
    diff = team.get(url(job, "diff"), {"before": 2, "after": 3}).json()["changes"]
    assert [change["field"] for change in diff] == ["skills"]
    assert as_user(alice).get(url(job, "match")).json()["components"][0]["evidence"][0]["percent"] == 100


def test_among_many_the_one_who_knows_it_well_enough_comes_first(
    as_user: Client, alice: User, bob: User, carol: User, acme: Company, settings
) -> None:
    job = make_indexed(skills=["Python"], company=acme)
    job.skills.update(level="expert", min_years=6)
    for user, level, years in ((alice, "expert", 6), (carol, "beginner", 1)):
        resume = write(user)
        add_row(actor=user, resume_id=resume.pk, section="skills", name="Python", level=level, years=years)
        be_found(user, settings)
    levels = [one["match"]["components"][0]["evidence"][0]["level"] for one in found(as_user(bob), job)]
    assert levels == ["expert", "beginner"]


def test_taking_the_first_step_gains_what_it_says(as_user: Client, alice: User) -> None:
    job, client, resume = make_indexed(skills=["Python", "Django", "SQL"]), as_user(alice), write(alice, "Python")
    before = client.get(url(job, "match")).json()
    step = before["raises"][0]
    add_row(actor=alice, resume_id=resume.pk, section="skills", name=step["subject"])
    after = client.get(url(job, "match")).json()
    assert tenths(after["score"]) == tenths(before["score"]) + tenths(step["gain"])


def test_sentences_are_french_for_who_reads_french(as_user: Client, alice: User) -> None:
    job = make_indexed(skills=["Python", "Django"])
    write(alice, "Python")
    match = as_user(alice).get(url(job, "match"), headers={"Accept-Language": "fr"}).json()
    assert match["components"][0]["text"] == "1 des 2 compétences demandées."


def test_a_foreign_resume_is_not_found_and_none_is_a_named_refusal(as_user: Client, alice: User, carol: User) -> None:
    job, foreign, client = make_indexed(), write(carol), as_user(alice)
    assert client.get(url(job, "match"), {"resume": str(foreign.public_id)}).status_code == 404
    refusal = client.get(url(job, "match"))
    assert (refusal.status_code, refusal.json()["code"]) == (409, "no_resume")
    assert client.get(RECOMMENDED).json()["code"] == "no_resume"


def test_a_wish_without_currency_is_refused(as_user: Client, alice: User) -> None:
    write(alice)
    assert as_user(alice).get(RECOMMENDED, {"salary_min": "5"}).status_code == 400
    assert as_user(alice).get(RECOMMENDED, {"unheard": "of"}).status_code == 400


CANARIES = {
    "full_name": "Zebulon Canary",
    "image_url": "https://photos.example/canary.jpg",
    "summary": "Born 1961 in Nantes; mother of two; nationality: Canarian.",
    "headline": "Mister Canary, 63",
    "email": "canary1961@example.com",
    "phone": "+237699000000",
    "address": "61 Canary Street",
    "website": "https://canary.example",
}


def test_who_somebody_is_neither_counts_nor_is_read(as_user: Client, alice: User) -> None:
    job, client, resume = make_indexed(skills=["Python", "Go"]), as_user(alice), write(alice, "Python")
    before = client.get(url(job, "match")).json()
    edit_resume(actor=alice, resume_id=resume.pk, expected_version=resume.version, **CANARIES)
    add_row(actor=alice, resume_id=resume.pk, section="education", institution="Canary School", ended_on="1979")
    with CaptureQueriesContext(connection) as sent:
        after = client.get(url(job, "match"))
    assert after.json() == before
    assert "anary" not in after.content.decode()
    of_resumes = [one["sql"] for one in sent if re.search(r'"resumes_(resume|education|project)', one["sql"])]
    columns = "|".join([*CANARIES, "education", "nationality", "birth", "gender"])
    read = [sql for sql in of_resumes if re.search(rf'resumes_resume"\."({columns})"|resumes_education', sql)]
    assert read == []


# --- Recommended and similar ---------------------------------------------------------------------------


def test_the_best_come_first_and_the_settled_are_left_out(as_user: Client, alice: User, acme: Company) -> None:
    write(alice, "Python", "Django")
    both, one = make_indexed(skills=["Python", "Django"]), make_indexed(skills=["Python", "Cobol"])
    hidden, closed, blocked = (make_indexed(skills=["Python"], company=acme) for _ in range(3))
    make_indexed(skills=["Cobol"])
    hide_job(actor=alice, job_id=hidden.pk)
    Job.objects.filter(pk=closed.pk).update(status=Status.CLOSED)
    client = as_user(alice)
    ids = [row["id"] for row in client.get(RECOMMENDED).json()["results"]]
    assert ids == [str(both.public_id), str(blocked.public_id), str(one.public_id)] or ids == [
        str(blocked.public_id),
        str(both.public_id),
        str(one.public_id),
    ]
    block(actor=alice, company_slug=acme.slug)
    rows = client.get(RECOMMENDED).json()["results"]
    assert [row["id"] for row in rows] == [str(both.public_id), str(one.public_id)]
    assert rows[0]["match"]["score"] == client.get(url(both, "match")).json()["score"]


def test_what_does_not_hire_where_one_lives_is_not_recommended(as_user: Client, alice: User) -> None:
    write(alice, "Python")
    here = make_indexed(skills=["Python"], eligible_countries=["CM", "FR"])
    make_indexed(skills=["Python"], eligible_countries=["FR"])
    assert [row["id"] for row in as_user(alice).get(RECOMMENDED).json()["results"]] == [str(here.public_id)]


def test_pages_of_recommended_join_without_gap(as_user: Client, alice: User) -> None:
    write(alice, "Python")
    wanted = {str(make_indexed(skills=["Python", f"Other {n % 3}"][: 1 + n % 2]).public_id) for n in range(7)}
    client, seen, link = as_user(alice), [], f"{RECOMMENDED}?page_size=3"
    while link:
        page = client.get(link).json()
        seen += [(tenths(row["match"]["score"]), row["id"]) for row in page["results"]]
        link = page["next"]
    assert {one for _score, one in seen} == wanted and len(seen) == 7
    assert [score for score, _one in seen] == sorted((score for score, _one in seen), reverse=True)


def test_what_is_closed_or_taken_out_of_a_resume_counts_at_once(as_user: Client, alice: User, bob: User, acme) -> None:
    job, resume, client = make_indexed(skills=["Python"], company=acme), write(alice, "Python"), as_user(alice)
    assert len(client.get(RECOMMENDED).json()["results"]) == 1
    services.close_job(actor=bob, job_id=job.pk)
    assert client.get(RECOMMENDED).json()["results"] == []
    delete_resume(actor=alice, resume_id=resume.pk)
    assert client.get(RECOMMENDED).status_code == 409


def test_similar_jobs_are_public_share_skills_and_keep_anonymity(api: APIClient) -> None:
    job = make_indexed(skills=["Python", "Django"], category="data")
    near = make_indexed(skills=["Python", "Django"], is_anonymous=True)
    half = make_indexed(skills=["Python", "Cobol"])
    kin = make_indexed(category="data")
    make_indexed(skills=["Cobol"])
    rows = api.get(url(job, "similar")).json()["results"]
    assert [row["id"] for row in rows] == [str(one.public_id) for one in (near, half, kin)]
    assert rows[0]["company"] is None
    Job.objects.filter(pk=job.pk).update(status=Status.CLOSED)
    assert api.get(url(job, "similar")).status_code == 410


@pytest.mark.parametrize("door", ["recommended", "similar", "matches"])
def test_a_door_sends_as_many_statements_for_twelve_as_for_two(
    door: str, as_user: Client, alice: User, bob: User, acme: Company, settings
) -> None:
    job = make_indexed(skills=["Python"], company=acme)
    write(alice, "Python")
    client = as_user(bob if door == "matches" else alice)
    where = RECOMMENDED if door == "recommended" else url(job, door)

    def cost() -> int:
        with CaptureQueriesContext(connection) as sent:
            assert client.get(where).status_code == 200
        return len(sent)

    def more(number: int) -> None:
        for _ in range(number):
            make_indexed(skills=["Python", "Go"])
            if door == "matches":
                be_found(write(make_user_named(), "Python").owner, settings)

    more(2)
    cost()
    few = cost()
    more(10)
    assert cost() == few


def make_user_named() -> User:
    from accounts.tests.factories import make_user

    return make_user()


# --- Candidates ----------------------------------------------------------------------------------------


def found(client: APIClient, job: Job) -> list[dict]:
    answer = client.get(url(job, "matches"))
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def test_only_who_lets_themselves_be_found_is_found(
    as_user: Client, alice: User, bob: User, acme: Company, settings
) -> None:
    job, client, resume = (
        make_indexed(skills=["Python"], company=acme),
        as_user(bob),
        write(alice, "Python", **CANARIES),
    )
    assert found(client, job) == []
    be_found(alice, settings)
    (candidate,) = found(client, job)
    assert tenths(candidate["match"]["score"]) > 900
    text = str(candidate)
    assert "anary" not in text and str(resume.public_id) not in text and str(alice.public_id) not in text
    assert AuditEntry.objects.filter(action="job:matches_read").count() == 2
    unpublish_resume(actor=alice, resume_id=resume.pk)
    assert found(client, job) == []


def test_taking_the_consent_back_hides_at_once(
    as_user: Client, alice: User, bob: User, acme: Company, settings
) -> None:
    job, client = make_indexed(skills=["Python"], company=acme), as_user(bob)
    write(alice, "Python")
    be_found(alice, settings)
    assert len(found(client, job)) == 1
    withdraw_consent(actor=alice, purpose="talent_search")
    assert found(client, job) == []


def test_deleting_the_resume_hides_at_once(as_user: Client, alice: User, bob: User, acme: Company, settings) -> None:
    job, client, resume = make_indexed(skills=["Python"], company=acme), as_user(bob), write(alice, "Python")
    be_found(alice, settings)
    delete_resume(actor=alice, resume_id=resume.pk)
    assert found(client, job) == []


def test_blocks_and_ones_own_employer_do_not_find(
    as_user: Client, alice: User, bob: User, carol: User, acme: Company, globex: Company, settings
) -> None:
    job, other = make_indexed(skills=["Python"], company=acme), make_indexed(skills=["Python"], company=globex)
    write(alice, "Python")
    be_found(alice, settings)
    assert len(found(as_user(bob), job)) == len(found(as_user(carol), other)) == 1
    block(actor=alice, company_slug=acme.slug)
    assert (len(found(as_user(bob), job)), len(found(as_user(carol), other))) == (0, 1)
    make_membership(company=globex, user=alice, role=Role.INTERVIEWER)
    assert found(as_user(carol), other) == []


def test_a_handle_leads_nowhere_and_differs_between_postings(
    as_user: Client, alice: User, bob: User, acme: Company, settings
) -> None:
    first, second = (make_indexed(skills=["Python"], company=acme) for _ in range(2))
    write(alice, "Python")
    be_found(alice, settings)
    client = as_user(bob)
    ids = [found(client, job)[0]["id"] for job in (first, first, second)]
    assert ids[0] == ids[1] != ids[2]


def test_who_may_not_see_applicants_finds_nobody(as_user: Client, alice: User, carol: User, acme: Company) -> None:
    job = make_indexed(company=acme)
    make_membership(company=acme, user=alice, role=Role.INTERVIEWER)
    assert as_user(alice).get(url(job, "matches")).status_code == 403
    assert as_user(carol).get(url(job, "matches")).status_code == 404


def test_a_draft_finds_nobody(as_user: Client, bob: User, acme: Company) -> None:
    refusal = as_user(bob).get(url(make_job(company=acme, status=Status.DRAFT), "matches"))
    assert (refusal.status_code, refusal.json()["code"]) == (409, "job_not_live")


# --- What lies beneath ---------------------------------------------------------------------------------


def test_sql_and_python_weigh_a_claim_alike(alice: User) -> None:
    resume = write(alice)
    claims = [Claim(level, years) for level in ("", *BY_LEVEL) for years in (None, 0, 1, 2, 3, 4, 5, 6, 80)]
    ResumeSkill.objects.filter(resume=resume).delete()
    ResumeSkill.objects.bulk_create(
        ResumeSkill(resume=resume, name="x", order=at, level=claim.level, years=claim.years)
        for at, claim in enumerate(claims)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {PROFICIENCY} FROM resumes_resumeskill k ORDER BY k.order")  # noqa: S608
        assert [row[0] for row in cursor.fetchall()] == [proficiency(claim) for claim in claims]
    assert PROFICIENCY in RESUMES


def test_sql_and_python_agree_how_far_a_claim_reaches_what_is_asked() -> None:
    wishes = [Wish(1, "x", True, 1, level, years) for level in ("", *BY_LEVEL) for years in (None, 1, 3, 7, 50)]
    claims = [Claim(level, years) for level in ("", *BY_LEVEL) for years in (None, 0, 1, 2, 3, 7, 80)]
    pairs = [(wish, claim) for wish in wishes for claim in claims]
    asked = [(wish.level, wish.years, BY_LEVEL.get(wish.level, 0), wish.years or 0) for wish, _ in pairs]
    told = [
        (claim.level, claim.years, BY_LEVEL.get(claim.level, 0), -1 if claim.years is None else claim.years)
        for _, claim in pairs
    ]
    expected = [reached(wish, claim) for wish, claim in pairs]
    wanted = [list(column) for column in zip(*asked, strict=True)]
    had = [list(column) for column in zip(*told, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {CLAIM_REACHES} FROM unnest(%s::bigint[], %s::bigint[]) WITH ORDINALITY q(l, y, n)"  # noqa: S608
            " JOIN unnest(%s::text[], %s::int[]) WITH ORDINALITY k(level, years, n) USING (n) ORDER BY n",
            [wanted[2], wanted[3], had[0], had[1]],
        )
        assert [row[0] for row in cursor.fetchall()] == expected
        shares = [proficiency(claim) for _, claim in pairs]
        cursor.execute(
            f"SELECT {WISH_REACHED} FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])"  # noqa: S608
            " WITH ORDINALITY q(p, l, y, n)"
            " JOIN unnest(%s::text[], %s::int[]) WITH ORDINALITY k(level, min_years, n) USING (n) ORDER BY n",
            [shares, had[2], had[3], wanted[0], wanted[1]],
        )
        assert [row[0] for row in cursor.fetchall()] == expected
    assert CLAIM_REACHES in RESUMES and WISH_REACHED in JOBS


def test_rarer_skills_weigh_more_and_counting_again_changes_nothing(alice: User, carol: User) -> None:
    write(alice, "Common", "Rare")
    write(carol, "Common")
    assert count_weights() > 0
    weights = {row.skill.name: row for row in SkillWeight.objects.select_related("skill")}
    assert (weights["Common"].resumes, weights["Rare"].resumes) == (2, 1)
    assert weights["Rare"].weight > weights["Common"].weight
    assert count_weights() == 0


def test_months_are_counted_once_where_positions_overlap() -> None:
    from datetime import date

    today = date(2026, 3, 15)
    assert months_of([("2020-01", "2020-12"), ("2020-07", "2021-06")], today) == 18
    assert months_of([("2026-01-10", ""), ("", "2019")], today) == 3
    assert months_of([("2030", "2020")], today) == 0
    assert months_of([], today) is None


def test_languages_are_read_in_english_french_and_themselves() -> None:
    rows = [("English", "c1"), ("Allemand", "b1"), ("français", "native")]
    assert languages_of(rows) == ({"en": "c1", "de": "b1", "fr": "native"}, False)
    assert languages_of([("Dothraki", "c2")]) == ({}, True)
    assert languages_of([]) == (None, False)

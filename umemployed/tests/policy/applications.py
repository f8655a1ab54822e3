"""Who may enter the doors of applications; the sample is Alice's to Bob's company."""

from __future__ import annotations

import uuid

from applications.decisions.closing import start_disposition
from applications.duplicates.models import CandidateMerge
from applications.duplicates.tests.factories import make_candidate_merge
from applications.models import CompanyReason, JobMember
from applications.pipeline.services import create_template
from applications.pools.tests.factories import make_pool_entry
from applications.referrals.tests.factories import make_referral_link
from applications.teamwork.tests.factories import make_note, make_tag
from companies.tests.factories import make_membership
from jobs.tests.factories import make_job
from umemployed.tests.policy.world import Sample, World, sent_application

POLICY: dict[str, str] = {
    "POST jobs/{public_id}/apply/": "401 404 + 404 404",
    "GET applications/": "401 + + + +",
    "GET jobs/{public_id}/stages/": "401 404 + 404 404",
    "POST jobs/{public_id}/stages/": "401 404 + 404 404",
    "PATCH jobs/{public_id}/stages/{stage_id}/": "401 404 + 404 404",
    "POST jobs/{public_id}/stages/{stage_id}/remove/": "401 404 + 404 404",
    "POST jobs/{public_id}/stages/from-template/": "401 404 + 404 404",
    "GET jobs/{public_id}/promise/": "401 404 + 404 404",
    "PUT jobs/{public_id}/promise/": "401 404 + 404 404",
    "GET jobs/{public_id}/board/": "401 404 + 404 404",
    "GET jobs/{public_id}/board/{stage_id}/": "401 404 + 404 404",
    "GET companies/{slug}/stage-templates/": "401 404 + 404 404",
    "POST companies/{slug}/stage-templates/": "401 404 + 404 404",
    "GET companies/{slug}/stage-templates/{template_id}/": "401 404 + 404 404",
    "PATCH companies/{slug}/stage-templates/{template_id}/": "401 404 + 404 404",
    "DELETE companies/{slug}/stage-templates/{template_id}/": "401 404 + 404 404",
    "GET jobs/{public_id}/blind-review/": "401 404 + 404 404",
    "PUT jobs/{public_id}/blind-review/": "401 404 + 404 404",
    "POST applications/{public_id}/reveal/": "401 403 + 404 404",
    "GET companies/{slug}/insight/": "401 404 + 404 404",
    "GET companies/{slug}/insight/{report}/csv/": "401 404 + 404 404",
    "GET jobs/{public_id}/insight/": "401 404 + 404 404",
    "GET jobs/{public_id}/insight/{report}/csv/": "401 404 + 404 404",
    "GET companies/{slug}/equality/": "401 404 + 404 404",
    "GET applications/{public_id}/self-declaration/": "401 + 404 404 404",
    "PUT applications/{public_id}/self-declaration/": "401 + 404 404 404",
    "DELETE applications/{public_id}/self-declaration/": "401 + 404 404 404",
    "GET companies/{slug}/hiring-policy/": "401 404 + 404 404",
    "PATCH companies/{slug}/hiring-policy/": "401 404 + 404 404",
    "GET companies/{slug}/rejection-reasons/": "401 404 + 404 404",
    "POST companies/{slug}/rejection-reasons/": "401 404 + 404 404",
    "PATCH companies/{slug}/rejection-reasons/{reason_id}/": "401 404 + 404 404",
    "POST applications/bulk/": "401 + + + +",
    "POST applications/{public_id}/announce/": "401 403 + 404 404",
    "GET jobs/{public_id}/dispositions/": "401 404 + 404 404",
    "POST jobs/{public_id}/dispositions/": "401 404 + 404 404",
    "GET jobs/{public_id}/dispositions/{disposition_id}/": "401 404 + 404 404",
    "GET jobs/{public_id}/dispositions/{disposition_id}/items/": "401 404 + 404 404",
    "POST jobs/{public_id}/dispositions/{disposition_id}/retry/": "401 404 + 404 404",
    "GET applications/{public_id}/notes/": "401 404 + 404 404",
    "POST applications/{public_id}/notes/": "401 404 + 404 404",
    "PATCH applications/{public_id}/notes/{note_id}/": "401 404 + 404 404",
    "DELETE applications/{public_id}/notes/{note_id}/": "401 404 + 404 404",
    "GET applications/{public_id}/tags/": "401 404 + 404 404",
    "PUT applications/{public_id}/tags/": "401 404 + 404 404",
    "GET applications/{public_id}/ratings/": "401 404 + 404 404",
    "PUT applications/{public_id}/ratings/": "401 404 + 404 404",
    "PUT applications/{public_id}/assignee/": "401 404 + 404 404",
    "GET companies/{slug}/tags/": "401 404 + 404 404",
    "POST companies/{slug}/tags/": "401 404 + 404 404",
    "PATCH companies/{slug}/tags/{tag_id}/": "401 404 + 404 404",
    "DELETE companies/{slug}/tags/{tag_id}/": "401 404 + 404 404",
    "GET applications/{public_id}/duplicates/": "401 404 + 404 404",
    "POST applications/{public_id}/duplicates/": "401 404 + 404 404",
    "DELETE applications/{public_id}/duplicates/{merge_id}/": "401 404 + 404 404",
    "GET companies/{slug}/pools/": "401 404 + 404 404",
    "POST companies/{slug}/pools/": "401 404 + 404 404",
    "PATCH companies/{slug}/pools/{pool_id}/": "401 404 + 404 404",
    "DELETE companies/{slug}/pools/{pool_id}/": "401 404 + 404 404",
    "GET companies/{slug}/pools/{pool_id}/members/": "401 404 + 404 404",
    "POST companies/{slug}/pools/{pool_id}/members/": "401 404 + 404 404",
    "PATCH companies/{slug}/pools/{pool_id}/members/{entry_id}/": "401 404 + 404 404",
    "DELETE companies/{slug}/pools/{pool_id}/members/{entry_id}/": "401 404 + 404 404",
    "GET applications/pools/": "401 + + + +",
    "POST applications/pools/{public_id}/accept/": "401 + 404 404 404",
    "POST applications/pools/{public_id}/refuse/": "401 + 404 404 404",
    "GET jobs/{public_id}/referral-links/": "401 404 + 404 404",
    "POST jobs/{public_id}/referral-links/": "401 404 + 404 404",
    "POST referrals/{code}/visit/": "+ + + + +",
    "GET applications/{public_id}/source/": "401 404 + 404 404",
    "GET jobs/{public_id}/team/": "401 404 + 404 404",
    "POST jobs/{public_id}/team/": "401 404 + 404 404",
    "DELETE jobs/{public_id}/team/{place_id}/": "401 404 + 404 404",
    "GET applications/{public_id}/": "401 + + 404 404",
    "GET applications/{public_id}/timeline/": "401 + + 404 404",
    "GET applications/{public_id}/capsule/": "401 + + 404 404",
    "GET applications/{public_id}/match/": "401 404 + 404 404",
    "POST applications/{public_id}/move/": "401 403 + 404 404",
    "POST applications/{public_id}/hire/": "401 403 + 404 404",
    "POST applications/{public_id}/reject/": "401 403 + 404 404",
    "POST applications/{public_id}/restore/": "401 403 + 404 404",
    "POST applications/{public_id}/withdraw/": "401 + 403 404 404",
}


def placed_member(world: World) -> dict[str, object]:
    """A reviewer on the team of one of Bob's company's jobs."""
    place = JobMember.objects.create(
        job=make_job(company=world.company), membership=make_membership(company=world.company), role="reviewer"
    )
    return {"public_id": place.job.public_id, "place_id": place.public_id}


def stage_of_a_job(world: World) -> dict[str, object]:
    """The first stage of the job to which Alice applied."""
    stage = sent_application(world).stage
    return {"public_id": stage.job.public_id, "stage_id": stage.public_id}


def template_of_acme(world: World) -> dict[str, object]:
    """A template of Bob's company."""
    template = create_template(
        actor=world.recruiter, company_id=world.company.pk, name=f"T{uuid.uuid4().hex}", stages=[{"name": "Inbox"}]
    )
    return {"slug": world.company.slug, "template_id": template.public_id}


def disposition_of_a_job(world: World) -> dict[str, object]:
    """The closing of a job of Bob's company to which nobody applied."""
    job = make_job(company=world.company)
    return {
        "public_id": job.public_id,
        "disposition_id": start_disposition(actor=world.recruiter, job_id=job.pk).public_id,
    }


def reason_of_acme(world: World) -> dict[str, object]:
    """A reason of Bob's company."""
    reason = CompanyReason.objects.create(company=world.company, reason="pay", label=uuid.uuid4().hex)
    return {"slug": world.company.slug, "reason_id": reason.public_id}


def note_of_bob(world: World) -> dict[str, object]:
    """Bob's note on Alice's application."""
    note = make_note(application=sent_application(world), author=world.recruiter)
    return {"public_id": note.application.public_id, "note_id": note.public_id}


def merge_of_alice(world: World) -> dict[str, object]:
    """Bob's company takes Alice and somebody else for one person."""
    sent = sent_application(world)
    standing = CandidateMerge.objects.filter(company=world.company, merged=world.candidate, undone_at=None)
    merge = standing.first() or make_candidate_merge(company=world.company, merged=world.candidate)
    return {"public_id": sent.public_id, "merge_id": merge.public_id}


def pool_of_acme(world: World) -> dict[str, object]:
    """Alice, asked into a pool of Bob's company."""
    entry = make_pool_entry(application=sent_application(world))
    return {
        "slug": world.company.slug,
        "pool_id": entry.pool.public_id,
        "entry_id": entry.public_id,
        "public_id": entry.public_id,
    }


SAMPLES: dict[str, Sample] = {
    "applications/{public_id}/duplicates/{merge_id}/": merge_of_alice,
    "companies/{slug}/pools/": pool_of_acme,
    "applications/pools/{public_id}/": pool_of_acme,
    "referrals/{code}/": lambda world: {
        "code": make_referral_link(job=sent_application(world).job).code,
    },
    "applications/{public_id}/notes/{note_id}/": note_of_bob,
    "companies/{slug}/tags/": lambda world: {
        "slug": world.company.slug,
        "tag_id": make_tag(company=world.company).public_id,
    },
    "jobs/{public_id}/dispositions/{disposition_id}/": disposition_of_a_job,
    "companies/{slug}/rejection-reasons/{reason_id}/": reason_of_acme,
    "companies/{slug}/rejection-reasons/": lambda world: {"slug": world.company.slug},
    "jobs/{public_id}/stages/{stage_id}/": stage_of_a_job,
    "jobs/{public_id}/board/{stage_id}/": stage_of_a_job,
    "companies/{slug}/stage-templates/{template_id}/": template_of_acme,
    "companies/{slug}/stage-templates/": lambda world: {"slug": world.company.slug},
    "companies/{slug}/insight/": lambda world: {"slug": world.company.slug, "report": "funnel"},
    "jobs/{public_id}/blind-review/": lambda world: {"public_id": sent_application(world).job.public_id},
    "jobs/{public_id}/insight/": lambda world: {"public_id": sent_application(world).job.public_id, "report": "funnel"},
    "companies/{slug}/equality/": lambda world: {"slug": world.company.slug},
    "companies/{slug}/hiring-policy/": lambda world: {"slug": world.company.slug},
    "jobs/{public_id}/team/{place_id}/": placed_member,
    "applications/": lambda world: {"public_id": sent_application(world).public_id},
}

BODIES: dict[str, dict[str, object]] = {
    "PUT jobs/{public_id}/blind-review/": {"is_on": False},
    "POST applications/{public_id}/move/": {"stage": str(uuid.UUID(int=7)), "version": 1},
    "POST applications/{public_id}/hire/": {"version": 1},
    "POST applications/{public_id}/reject/": {"reason": "pay", "version": 1},
    "POST applications/{public_id}/restore/": {"version": 1},
    "POST applications/{public_id}/announce/": {"version": 1},
}

"""Keeping candidates in pools, with their consent and for its time."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.models.core import Application
from applications.pipeline.names import save_named
from applications.pools.events import PoolConsentAnswered, PoolConsentAsked
from applications.pools.models import TRANSITIONS, Consent, PoolEntry, TalentPool
from companies.rights import Right, require
from companies.services import lock_company
from umemployed.api.errors import Conflict, Invalid, NotFound
from umemployed.audit.record import record
from umemployed.events.log import publish

ANSWER_WITHIN = timedelta(days=60)
CONSENT_LASTS = timedelta(days=730)  # what the French authority (CNIL) allows after the last contact


class AlreadyInPool(Conflict):
    code = "already_in_pool"
    title = _("The candidate was asked already")
    cause = _("The candidate is in this pool, was asked to be, or refused.")
    cure = _("Leave it at that; who refused can think again by themselves.")


class EmployerHidden(Conflict):
    code = "employer_hidden"
    title = _("The candidate does not know who asks")
    cause = _("The job was posted by an anonymous employer, and whoever is asked to be kept is told by whom.")
    cure = _("Ask by an application to a job that names the company, or end the anonymity of this one.")


class PoolWrongState(Conflict):
    code = "pool_wrong_state"
    title = _("This was answered already")
    cause = _("The consent is given, or refused, already.")
    cure = _("Read the entry again.")


@transaction.atomic
def create_pool(*, actor: User, company_id: int, name: str) -> TalentPool:
    """Make a pool. Raises NotFound, Forbidden and NameTaken."""
    company = lock_company(company_id)
    require(actor, company_id, Right.MOVE_APPLICATIONS)
    pool = TalentPool(company=company, name=name)
    save_named(pool)
    record("talent_pool:created", actor=actor, target=pool)
    return pool


@transaction.atomic
def rename_pool(*, actor: User, pool_id: int, name: str) -> TalentPool:
    """Rename a pool. Raises NotFound, Forbidden and NameTaken."""
    pool = lock_pool(actor, pool_id)
    pool.name = name
    save_named(pool)
    record("talent_pool:renamed", actor=actor, target=pool)
    return pool


@transaction.atomic
def delete_pool(*, actor: User, pool_id: int) -> None:
    """Remove a pool with everything that it says about people."""
    pool = lock_pool(actor, pool_id)
    record("talent_pool:deleted", actor=actor, target=pool, name=pool.name)
    pool.delete()


def lock_pool(actor: User, pool_id: int) -> TalentPool:
    """Return the locked pool if the actor may work on it. Raises NotFound and Forbidden."""
    pool = TalentPool.objects.for_user(actor).filter(pk=pool_id).first()
    if pool is None:
        raise NotFound
    pool = TalentPool.objects.select_for_update(no_key=True).get(pk=pool_id)
    require(actor, pool.company_id, Right.MOVE_APPLICATIONS)
    return pool


@transaction.atomic
def ask_into_pool(*, actor: User, pool_id: int, application: uuid.UUID, note: str = "") -> PoolEntry:
    """Ask the sender of an application whether the company may keep them in a pool.

    Raises NotFound, Forbidden, Invalid (an application that is not the company's), EmployerHidden (nobody can agree
    to be kept by they know not whom) and AlreadyInPool.
    """
    pool = lock_pool(actor, pool_id)
    rows = Application.objects.of_team(actor).select_related("job")
    known = rows.filter(public_id=application, company=pool.company_id).first()
    if known is None:
        raise Invalid.on_field("application", _("The company has no such application."), code="does_not_exist")
    if known.job.is_anonymous:
        raise EmployerHidden
    PoolEntry.objects.filter(pool=pool, candidate=known.candidate_id, expires_at__lte=timezone.now()).delete()
    entry = PoolEntry(
        pool=pool,
        candidate_id=known.candidate_id,
        application=known,
        added_by=actor,
        note=note,
        expires_at=timezone.now() + ANSWER_WITHIN,
    )
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError:
        raise AlreadyInPool from None
    publish(PoolConsentAsked(entry.pk), aggregate=entry, actor=actor)
    record("talent_pool:asked", actor=actor, target=entry)
    return entry


@transaction.atomic
def answer_pool(*, actor: User, entry_id: int, consent: Consent) -> PoolEntry:
    """Agree to be kept for two years, or refuse; refusing also takes back, and empties what was noted.

    Raises NotFound and PoolWrongState.
    """
    entry = PoolEntry.objects.of_candidate(actor).select_for_update(no_key=True).filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    if consent not in TRANSITIONS[Consent(entry.consent)]:
        raise PoolWrongState(consent=entry.consent)
    entry.consent, entry.answered_at = consent, timezone.now()
    entry.expires_at = entry.answered_at + CONSENT_LASTS
    entry.note = "" if consent == Consent.REFUSED else entry.note
    entry.save(update_fields=["consent", "answered_at", "expires_at", "note", "updated_at"])
    publish(PoolConsentAnswered(entry.pk), aggregate=entry, actor=actor)
    record("talent_pool:answered", actor=actor, target=entry, consent=str(consent))
    return entry


@transaction.atomic
def note_on_entry(*, actor: User, entry_id: int, note: str) -> PoolEntry:
    """Change what the team notes about somebody in a pool. Raises NotFound and Forbidden."""
    entry = lock_entry(actor, entry_id)
    entry.note = note
    entry.save(update_fields=["note", "updated_at"])
    return entry


@transaction.atomic
def take_out_of_pool(*, actor: User, entry_id: int) -> None:
    """Forget somebody in a pool. Raises NotFound and Forbidden."""
    entry = lock_entry(actor, entry_id)
    record("talent_pool:taken_out", actor=actor, target=entry)
    entry.delete()


def lock_entry(actor: User, entry_id: int) -> PoolEntry:
    """Return the locked entry if the actor may work on its pool. Raises NotFound and Forbidden."""
    entry = PoolEntry.objects.for_user(actor).filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    lock_pool(actor, entry.pool_id)
    found = PoolEntry.objects.for_user(actor).select_for_update(no_key=True, of=("self",)).filter(pk=entry_id).first()
    if found is None:
        raise NotFound
    return found


def purge_pools() -> int:
    """Forget whoever's time is over; returns how many."""
    return PoolEntry.objects.filter(expires_at__lte=timezone.now()).delete()[0]

"""The verbs on a whole résumé."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import require_verified
from resumes.events import ResumeDeleted, ResumePublished, ResumeUnpublished
from resumes.models import Resume, Status
from resumes.services.editing import ResumeIncomplete, lock_resume, touch
from umemployed.api.errors import Conflict
from umemployed.audit.record import record
from umemployed.events.log import publish

MAX_RESUMES = 20
CONTENT = frozenset(
    {"title", "language", "full_name", "headline", "summary", "email", "phone", "website", "image_url"}
    | {"address", "postal_code", "city", "region", "country_code"}
)


class TooManyResumes(Conflict):
    code = "too_many_resumes"
    title = _("You have as many résumés as one person may have")
    cause = _("A person keeps at most 20 résumés.")
    cure = _("Delete one that you no longer need.")


class WrongState(Conflict):
    code = "resume_wrong_state"
    title = _("The résumé's state does not allow this")
    cause = _("It is already there, or the step does not exist.")
    cure = _("Read the résumé again and choose among its `actions`.")


def lock_person(actor: User) -> None:
    """Lock the person: how many résumés they have, and which is primary, changes only under this lock.

    Always taken before the lock of a résumé.
    """
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)


def start_resume(*, actor: User, title: str) -> Resume:
    """Insert an empty draft, the first one as primary; locks the person, so that they cannot pass the cap.

    Call inside a transaction and ``touch()`` when it is filled.
    """
    lock_person(actor)
    own = Resume.objects.for_user(actor)
    if own.count() >= MAX_RESUMES:
        raise TooManyResumes
    is_primary = not own.filter(is_primary=True).exists()
    return Resume.objects.create(owner=actor, title=title, language=actor.language, is_primary=is_primary, version=0)


@transaction.atomic
def create_resume(*, actor: User, title: str, **content: Any) -> Resume:
    """Create a draft; name and address of the account stand in where ``content`` has none.

    Raises TooManyResumes.
    """
    resume = start_resume(actor=actor, title=title)
    fill(resume, {"full_name": actor.full_name, "email": actor.email} | content)
    return touch(resume, actor=actor, verb="create")


@transaction.atomic
def edit_resume(*, actor: User, resume_id: int, expected_version: int | None = None, **content: Any) -> Resume:
    """Change the résumé's own columns; raises NotFound, PreconditionFailed, ResumeIncomplete."""
    resume = lock_resume(actor=actor, resume_id=resume_id, expected_version=expected_version)
    fill(resume, content)
    return touch(resume, actor=actor, verb="edit", fields=sorted(content))


def fill(resume: Resume, content: dict[str, Any]) -> None:
    """Set content columns; anything else (owner, status, version, …) is a mistake of the program."""
    if unknown := content.keys() - CONTENT:
        raise TypeError(f"{sorted(unknown)} cannot be set this way.")
    for name, value in content.items():
        setattr(resume, name, value)


@transaction.atomic
def publish_resume(*, actor: User, resume_id: int, expected_version: int | None = None) -> Resume:
    """Publish a complete draft.

    Raises EmailUnverified, NotFound, PreconditionFailed, WrongState, and ResumeIncomplete, which says
    what is missing.
    """
    require_verified(actor)
    resume = lock_resume(actor=actor, resume_id=resume_id, expected_version=expected_version)
    if not resume.can_become(Status.PUBLISHED):
        raise WrongState(status=resume.status)
    if resume.missing:
        raise ResumeIncomplete(missing=resume.missing)
    resume.status, resume.published_at = Status.PUBLISHED, timezone.now()
    publish(ResumePublished(resume.pk), aggregate=resume, actor=actor)
    return touch(resume, actor=actor, verb="publish")


@transaction.atomic
def unpublish_resume(*, actor: User, resume_id: int, expected_version: int | None = None) -> Resume:
    """Make it a draft again; raises NotFound, PreconditionFailed, WrongState."""
    resume = lock_resume(actor=actor, resume_id=resume_id, expected_version=expected_version)
    if not resume.can_become(Status.DRAFT):
        raise WrongState(status=resume.status)
    resume.status, resume.published_at = Status.DRAFT, None
    publish(ResumeUnpublished(resume.pk), aggregate=resume, actor=actor)
    return touch(resume, actor=actor, verb="unpublish")


@transaction.atomic
def make_primary(*, actor: User, resume_id: int, expected_version: int | None = None) -> Resume:
    """Make it the person's primary résumé in place of the one that was; raises NotFound, PreconditionFailed.

    Locks the person first, so that two choices at once follow each other. The former primary's version
    rises too, because it reads differently now.
    """
    lock_person(actor)
    resume = lock_resume(actor=actor, resume_id=resume_id, expected_version=expected_version)
    if resume.is_primary:
        return resume
    former = Resume.objects.for_user(actor).select_for_update(no_key=True).filter(is_primary=True).first()
    if former is not None:
        former.is_primary = False
        touch(former, actor=actor, verb="replace_primary")
    resume.is_primary = True
    return touch(resume, actor=actor, verb="make_primary")


@transaction.atomic
def delete_resume(*, actor: User, resume_id: int, expected_version: int | None = None) -> None:
    """Delete it with its sections; the newest of the others becomes primary in its place.

    What was applied with it stays readable, because an application keeps its own snapshot. Raises
    NotFound, PreconditionFailed.
    """
    lock_person(actor)
    resume = lock_resume(actor=actor, resume_id=resume_id, expected_version=expected_version)
    record("resume:delete", actor=actor, target=resume, version=resume.version)
    publish(ResumeDeleted(resume.pk, actor.pk), aggregate=resume, actor=actor)
    resume.delete()
    heir = Resume.objects.for_user(actor).select_for_update(no_key=True).first()
    if heir is not None and not heir.is_primary:
        heir.is_primary = True
        touch(heir, actor=actor, verb="make_primary")


@transaction.atomic
def discard_resumes(*, owner: User) -> None:
    """Delete every résumé of a person (locked by the caller), whose account goes to the owner of its address."""
    for resume in Resume.objects.filter(owner=owner).select_for_update():
        record("resume:discard", actor=None, target=resume, version=resume.version)
        publish(ResumeDeleted(resume.pk, owner.pk), aggregate=resume)
        resume.delete()

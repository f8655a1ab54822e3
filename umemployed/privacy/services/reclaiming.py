"""Undoing what a stranger asked for on an account that goes to the owner of its address."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from umemployed.audit.record import record
from umemployed.privacy.models import Erasure, Export
from umemployed.privacy.services.consents import answers_of, withdraw_consent
from umemployed.privacy.services.erasure import cancel_erasure
from umemployed.privacy.services.export import forget_archive
from umemployed.privacy.vocabulary import ErasureStatus


@transaction.atomic
def undo_requests(person: Any) -> None:
    """Call off the erasure that waits, and delete the archives with their bytes. The caller has locked the person."""
    if Erasure.objects.filter(person=person, status=ErasureStatus.WAITING).exists():
        cancel_erasure(actor=person)
    for export in Export.objects.select_for_update().filter(person=person):
        record("export:withdrawn", actor=None, target=export)
        forget_archive(export)
        export.delete()


@transaction.atomic
def withdraw_optional_consents(person: Any) -> None:
    """Say no to whatever was agreed to beyond what the account rests on."""
    for answer in answers_of(person):
        if answer.is_given and not answer.is_required:
            withdraw_consent(actor=person, purpose=answer.purpose)

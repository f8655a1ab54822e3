"""What Django's own tables hold, and our own rows of exports, erasures and consents."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from umemployed.privacy.models import Consent, Erasure, Export, Standing
from umemployed.privacy.registry import (
    Basis,
    Blank,
    By,
    Delete,
    Keep,
    Kept,
    declare,
    mentioning,
    mentions_of,
    nothing,
)
from umemployed.privacy.services.export import forget_archive

nothing(Group, Permission, ContentType, because=_("The rights of staff, by name; who has them stands with the person."))
nothing(Session, because=_("Cookies of staff in the admin: a number and a hash, until the browser is closed."))


def _named_in_the_log(person: Any) -> QuerySet:
    told = mentions_of(person)
    return LogEntry.objects.filter(
        Q(content_type__model="user", object_id=str(person.pk))
        | mentioning("object_repr", told)
        | mentioning("change_message", told)
    ).exclude(object_repr="", change_message="")


declare(
    LogEntry,
    of=_named_in_the_log,
    holds=_("that staff looked after your account or things of yours"),
    basis=Basis.INTEREST,
    kept=Kept.SECURITY,
    forget=Blank({"object_repr": "", "change_message": ""}, leaves=("object_id",)),
    exported=False,
)


def forget_exports(person: Any) -> int:
    """Delete archives with their bytes."""
    exports = list(Export.objects.select_for_update().filter(person=person).order_by("pk")[:50])
    for export in exports:
        forget_archive(export)
        export.delete()
    return len(exports)


declare(
    Export,
    of="person",
    holds=_("the archives of your data that you asked for"),
    basis=Basis.LAW,
    kept=Kept.DAYS,
    forget=By(forget_exports),
    hide=("key",),
)
declare(
    Standing,
    of="person",
    holds=_("on which day you last used the account"),
    basis=Basis.LAW,
    kept=Kept.ACCOUNT,
    forget=Delete(),
)
declare(
    Consent,
    of="person",
    holds=_("what you said yes or no to, when, and from which address"),
    basis=Basis.LAW,
    kept=Kept.CONSENT,
    forget=Blank({"address": None}, leaves=("version",)),
)
declare(
    Erasure,
    of="person",
    holds=_("that you asked to be erased, and what came of it: counts, no contents"),
    basis=Basis.LAW,
    kept=Kept.SECURITY,
    forget=Keep(_("Shows that your data were erased; it names you by a number that leads nowhere any more.")),
    hide=("report_digest", "progress"),
)

"""What Django's own tables hold."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from umemployed.privacy.registry import Basis, Blank, Kept, declare, mentioning, mentions_of, nothing

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

"""How people want to be told: per kind and channel, and at which hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jobs.alerts.services import silence_search
from jobs.models import SavedSearch
from notifications.kinds import DIGEST, DIGEST_LABEL, KINDS, Kind
from notifications.models import MailMode, NotificationHours, NotificationPreference
from notifications.plain import plain
from umemployed.api.errors import Conflict, Invalid

if TYPE_CHECKING:
    from accounts.models import User


class UnknownKind(Invalid):
    code = "unknown_notification_kind"
    title = _("There is no such kind of notification")
    cause = _("The preferences name a kind that does not exist.")
    cure = _("Read the preferences; they list every kind.")


class MandatoryKind(Conflict):
    code = "mandatory_notification_kind"
    title = _("This kind cannot be turned off")
    cause = _("It guards your account, so it always reaches you.")
    cure = _("Leave out the kinds that are marked as mandatory.")


def choices_of(people: Iterable[User], kind: Kind) -> dict[int, tuple[bool, str]]:
    """Return each person's (in_app, mail) for a kind; one query."""
    choices = {person.pk: (kind.in_app, str(kind.mail)) for person in people}
    if kind.mandatory:
        return choices
    rows = NotificationPreference.objects.filter(user__in=choices, kind=kind.code)
    return choices | {user: (in_app, mail) for user, in_app, mail in rows.values_list("user", "in_app", "mail")}


@transaction.atomic
def set_preferences(*, actor: User, choices: Iterable[Mapping[str, Any]]) -> None:
    """Store the actor's choices, each ``{kind, in_app?, mail?}``; what is left out keeps its value.

    Raises UnknownKind and MandatoryKind.
    """
    standing = NotificationPreference.objects.select_for_update().filter(user=actor).in_bulk(field_name="pk")
    by_kind = {row.kind: row for row in standing.values()}
    for position, choice in enumerate(choices):
        kind = KINDS.get(choice["kind"])
        if kind is None:
            raise UnknownKind.on_field(f"preferences.{position}.kind", _("There is no such kind."))
        if kind.mandatory:
            raise MandatoryKind
        row = by_kind.get(kind.code)
        NotificationPreference.objects.update_or_create(
            user=actor,
            kind=kind.code,
            defaults={
                "in_app": choice.get("in_app", row.in_app if row else kind.in_app),
                "mail": choice.get("mail", row.mail if row else kind.mail),
            },
        )


def preferences_of(user: User) -> list[dict[str, Any]]:
    """Return every kind with the person's choice or its default; one query."""
    rows = {row.kind: row for row in NotificationPreference.objects.filter(user=user)}
    chosen = {code: kind if kind.mandatory else rows.get(code, kind) for code, kind in KINDS.items()}
    return [
        {
            "kind": kind.code,
            "label": kind.label,
            "in_app": chosen[kind.code].in_app,
            "mail": chosen[kind.code].mail,
            "mandatory": kind.mandatory,
        }
        for kind in KINDS.values()
    ]


@transaction.atomic
def set_hours(*, actor: User, **changes: Any) -> NotificationHours:
    """Store when the actor wants to hear: ``digest_hour``, and ``quiet_hours`` as ``{from, until}`` or None."""
    hours, _created = NotificationHours.objects.select_for_update().get_or_create(user=actor)
    if "digest_hour" in changes:
        hours.digest_hour = changes["digest_hour"]
    if "quiet_hours" in changes:
        quiet = changes["quiet_hours"] or {"from": None, "until": None}
        hours.quiet_from, hours.quiet_until = quiet["from"], quiet["until"]
    hours.save()
    return hours


SEARCH = "saved_search:"  # a link that stops one saved search names it so, with its public id


@dataclass(frozen=True)
class Choice:
    """What a signed link is about: one person, and one kind of mail, the digest (all that is put off) or a search."""

    reader: User
    kind: str
    search: SavedSearch | None = None

    def label(self) -> str:
        """Name the kind, or the search, in words."""
        if self.search is not None:
            return gettext("What my search %(search)s finds") % {"search": plain(self.search.name)}
        return str(DIGEST_LABEL if self.kind == DIGEST else KINDS[self.kind].label)


def choice_behind(signed: tuple[str, str] | None) -> Choice | None:
    """Return what the signed pair (reader's public id, kind) is about; None if either is gone."""
    if signed is not None and signed[1].startswith(SEARCH):
        searches = SavedSearch.objects.filter(user__public_id=signed[0], public_id=signed[1].removeprefix(SEARCH))
        search = searches.select_related("user").first()
        return Choice(search.user, signed[1], search) if search is not None else None
    if signed is None or (signed[1] != DIGEST and (signed[1] not in KINDS or KINDS[signed[1]].mandatory)):
        return None
    reader = get_user_model().objects.filter(public_id=signed[0]).first()
    return Choice(reader, signed[1]) if reader is not None else None


@transaction.atomic
def stop_mails(*, choice: Choice) -> None:
    """Stop one kind of mail, one search, or with the digest everything that is in it.

    The signed link is the authority.
    """
    if choice.search is not None:
        silence_search(search=choice.search)
        return
    standing = {row["kind"]: row["mail"] for row in preferences_of(choice.reader) if not row["mandatory"]}
    stopped = (
        [kind for kind, mail in standing.items() if mail == MailMode.DIGEST] if choice.kind == DIGEST else [choice.kind]
    )
    set_preferences(actor=choice.reader, choices=[{"kind": kind, "mail": MailMode.OFF} for kind in stopped])


@transaction.atomic
def stop_all_mails(*, reader: User) -> None:
    """Stop every kind of mail that can be chosen."""
    chosen = [kind.code for kind in KINDS.values() if not kind.mandatory]
    set_preferences(actor=reader, choices=[{"kind": kind, "mail": MailMode.OFF} for kind in chosen])

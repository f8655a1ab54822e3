"""Who may see which notification."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from applications.hiring.models import JobMember
from applications.hiring.vocabulary import job_roles_with
from companies.models import Membership
from companies.rights import NOT_SHUT_OUT, Right, roles_with
from notifications.kinds import KINDS

if TYPE_CHECKING:
    from accounts.models import User


def may_still_know() -> Q:
    """Return the condition: one's own news, and a company's while one holds the right to it, there or on the job.

    Judged when it is read, so a right that is lost takes its news along, and brings it back.
    """
    kinds: dict[Right, list[str]] = defaultdict(list)
    for kind in KINDS.values():
        if kind.right is not None:
            kinds[kind.right].append(kind.code)
    condition = Q(company=None)
    for right, codes in kinds.items():
        mine = Membership.objects.filter(NOT_SHUT_OUT, user=OuterRef("recipient"), company=OuterRef("company"))
        member = Exists(mine.filter(role__in=roles_with(right)))
        placed = JobMember.objects.filter(
            membership__in=Membership.objects.filter(NOT_SHUT_OUT).values("pk"),
            membership__user=OuterRef("recipient"),
            job=OuterRef("job"),
            role__in=job_roles_with(right),
        )
        condition |= Q(kind__in=codes) & (Q(member) | Q(Exists(placed), job__isnull=False))
    return condition


class NotificationQuerySet(models.QuerySet):
    """Notifications; one's own, and nobody else's."""

    def for_user(self, user: User) -> Self:
        """Keep what this person is shown in the application now."""
        return self.filter(recipient=user).shown()

    def readable(self) -> Self:
        """Keep what its recipient may still know."""
        return self.filter(may_still_know())

    def shown(self) -> Self:
        """Keep what is shown in the application, of what its recipient may still know."""
        return self.readable().filter(in_app=True)

    def unread(self) -> Self:
        """Keep what its recipient has not seen."""
        return self.filter(read_at__isnull=True)

    def lines(self) -> Self:
        """Keep one row for each line: the newest of the facts that were unread together."""
        return self.filter(leads=True)

    def with_actor(self) -> Self:
        """Bring the person behind each fact along, for their current name."""
        return self.select_related("actor")

    def with_reader(self) -> Self:
        """Bring the recipient along, for their language."""
        return self.select_related("recipient")

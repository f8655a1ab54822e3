"""Who may see which notification."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q

from applications.hiring.models import JobMember
from applications.hiring.vocabulary import job_roles_with
from companies.models import Membership
from companies.rights import NOT_SHUT_OUT, Right, roles_with
from notifications.kinds import KINDS

if TYPE_CHECKING:
    from accounts.models import User


# The notification's kind, inside a subquery.
KIND = ExpressionWrapper(OuterRef("kind"), models.CharField())


@cache
def may_still_know() -> Q:
    """Return the condition: one's own news, and a company's while one holds the right to it, there or on the job.

    Judged when it is read, so a right that is lost takes its news along, and brings it back.
    """
    standing = Membership.objects.filter(NOT_SHUT_OUT)
    mine = standing.alias(kind=KIND).filter(user=OuterRef("recipient"), company=OuterRef("company"))
    placed = JobMember.objects.alias(kind=KIND).filter(
        membership__in=standing.values("pk"), membership__user=OuterRef("recipient"), job=OuterRef("job")
    )
    return (
        Q(company=None)
        | Q(Exists(mine.filter(readers_of_kinds(roles_with))))
        | Q(Exists(placed.filter(readers_of_kinds(job_roles_with))), job__isnull=False)
    )


def readers_of_kinds(roles_that_hold: Callable[[Right], Iterable[str]]) -> Q:
    """Return, for rows with ``kind`` and ``role``, which roles may read which kinds of a company's news."""
    kinds: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for kind in KINDS.values():
        if kind.right is not None and (roles := tuple(roles_that_hold(kind.right))):
            kinds[roles].append(kind.code)
    return reduce(or_, (Q(role__in=roles, kind__in=codes) for roles, codes in kinds.items()))


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

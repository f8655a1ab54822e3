"""Who may see which conversation and which message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Now

from applications.blind.conditions import veiled
from applications.hiring.rights import jobs_where
from companies.rights import Right, companies_where

if TYPE_CHECKING:
    from accounts.models import User


def visible_to(user: User, prefix: str = "") -> Q:
    """Return the condition: the candidate's own, and those where one may message candidates for company or job."""
    companies, jobs = companies_where(user, Right.MESSAGE_CANDIDATES), jobs_where(user, Right.MESSAGE_CANDIDATES)
    of_team = Q(**{f"{prefix}company__in": companies}) | Q(**{f"{prefix}application__job__in": jobs})
    # Who reads an application blind does not talk with its candidate.
    of_team &= ~veiled(f"{prefix}application__job", f"{prefix}application")
    return Q(**{f"{prefix}candidate": user}) | of_team


def rows_of(model: Any, relation: str) -> models.QuerySet:
    """Return all rows of a table that points at ``model``."""
    related: Any = model._meta.get_field(relation).related_model
    return related._default_manager.all()


def flag(condition: Q) -> Case:
    """Return the condition as a column that is never null."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


class ConversationQuerySet(models.QuerySet):
    """Conversations; the candidate's and the hiring team's."""

    def for_user(self, user: User) -> Self:
        """Keep those in which this person may read and write now."""
        return self.filter(visible_to(user))

    def of_both(self, user: User, person: User) -> Self:
        """Keep those in which both may read now."""
        return self.for_user(user).filter(visible_to(person))

    def with_parties(self) -> Self:
        """Bring job, company and candidate along."""
        return self.select_related("application__job", "candidate", "company")

    def with_newest(self, user: User) -> Self:
        """Bring the newest message of each along, as ``newest`` (a list of at most one); three more queries.

        Empty where the reader deleted it for themselves.
        """
        messages: Any = rows_of(self.model, "messages").filter(seq=F("conversation__last_seq"))
        messages = messages.unhidden(user).with_sender().with_details()
        return self.prefetch_related(Prefetch("messages", messages, to_attr="newest"))

    def with_standing(self, user: User) -> Self:
        """Annotate the reader's own ``last_read_seq``, ``is_muted``, ``muted_until``, ``is_archived``, ``has_left``."""
        rows = self.annotate(mine=FilteredRelation("participants", condition=Q(participants__user=user)))
        muted = Q(mine__muted=True) & (Q(mine__muted_until=None) | Q(mine__muted_until__gt=Now()))
        return rows.annotate(
            last_read_seq=Coalesce(F("mine__last_read_seq"), 0),
            is_muted=flag(muted),
            muted_until=F("mine__muted_until"),
            is_archived=flag(Q(mine__archived_seq__gte=F("last_seq"))),
            has_left=flag(Q(mine__left_at__isnull=False)),
        )

    def with_unread(self, user: User) -> Self:
        """Annotate the standing, and ``unread_count``: others' messages after the pointer that still can be read."""
        unread: Any = rows_of(self.model, "messages")
        unread = (
            unread.unhidden(user)
            .filter(conversation=OuterRef("pk"), seq__gt=OuterRef("last_read_seq"), deleted_at=None)
            .exclude(sender=user)
            .order_by()
            .values("conversation")
            .annotate(count=Count("pk"))
            .values("count")
        )
        return self.with_standing(user).annotate(unread_count=Coalesce(Subquery(unread), 0))

    def with_company(self, slug: str, user: User) -> Self:
        """Keep those with a company, as far as the reader may know that they are with it."""
        return self.filter(company__slug=slug).exclude(candidate=user, application__job__is_anonymous=True)

    def put_away(self, *, wanted: bool) -> Self:
        """Keep what the reader archived or left, or else the rest; after with_standing()."""
        away = Q(is_archived=True) | Q(has_left=True)
        return self.filter(away if wanted else ~away)


class MessageQuerySet(models.QuerySet):
    """Messages of the conversations that one sees."""

    def for_user(self, user: User) -> Self:
        """Keep the messages of conversations in which this person may read now, but for those they hid."""
        return self.filter(visible_to(user, "conversation__")).unhidden(user)

    def unhidden(self, user: User) -> Self:
        """Leave out what this person deleted for themselves."""
        return self.filter(~Exists(rows_of(self.model, "hidings").filter(message=OuterRef("pk"), user=user)))

    def with_sender(self) -> Self:
        """Bring the sender and the conversation along."""
        return self.select_related("sender", "conversation")

    def with_details(self) -> Self:
        """Bring attachments and reactions along; two more queries."""
        return self.prefetch_related(
            Prefetch(
                "attachments",
                rows_of(self.model, "attachments").select_related("file").order_by("pk"),
                to_attr="shown_attachments",
            ),
            Prefetch(
                "reactions",
                rows_of(self.model, "reactions").select_related("user").order_by("pk"),
                to_attr="shown_reactions",
            ),
        )

"""Who may see which conversation and which message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from companies.rights import Right, companies_where

if TYPE_CHECKING:
    from accounts.models import User


def visible_to(user: User, prefix: str = "") -> Q:
    """Return the condition: the candidate's own, and those of companies where one may message candidates."""
    companies = companies_where(user, Right.MESSAGE_CANDIDATES)
    return Q(**{f"{prefix}candidate": user}) | Q(**{f"{prefix}company__in": companies})


class ConversationQuerySet(models.QuerySet):
    """Conversations; the candidate's and the hiring team's."""

    def for_user(self, user: User) -> Self:
        """Keep those in which this person may read and write now."""
        return self.filter(visible_to(user))

    def with_parties(self) -> Self:
        """Bring job, company and candidate along."""
        return self.select_related("application__job", "candidate", "company")

    def with_newest(self) -> Self:
        """Bring the newest message of each along, as ``newest`` (a list of at most one); one more query."""
        messages = self._rows("messages").filter(seq=F("conversation__last_seq"))
        messages = messages.select_related("sender", "conversation")
        return self.prefetch_related(Prefetch("messages", messages, to_attr="newest"))

    def _rows(self, relation: str) -> models.QuerySet:
        """Return all rows of a table that points at conversations."""
        related: Any = self.model._meta.get_field(relation).related_model
        return related._default_manager.all()

    def with_unread(self, user: User) -> Self:
        """Annotate the reader's ``last_read_seq``, and ``unread_count``: others' messages after it."""
        pointer = self._rows("participants").filter(conversation=OuterRef("pk"), user=user).values("last_read_seq")
        unread = (
            self._rows("messages")
            .filter(conversation=OuterRef("pk"), seq__gt=OuterRef("last_read_seq"))
            .exclude(sender=user)
            .order_by()
            .values("conversation")
            .annotate(count=Count("pk"))
            .values("count")
        )
        return self.annotate(last_read_seq=Coalesce(Subquery(pointer), 0)).annotate(
            unread_count=Coalesce(Subquery(unread), 0)
        )


class MessageQuerySet(models.QuerySet):
    """Messages of the conversations that one sees."""

    def for_user(self, user: User) -> Self:
        """Keep the messages of conversations in which this person may read now."""
        return self.filter(visible_to(user, "conversation__"))

    def with_sender(self) -> Self:
        """Bring the sender and the conversation along."""
        return self.select_related("sender", "conversation")

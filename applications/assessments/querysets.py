"""Who may see which question, assessment and attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import DurationField, ExpressionWrapper, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Now

from applications.assessments.vocabulary import FINISHED, AttemptStatus
from companies.rights import Right, companies_where

if TYPE_CHECKING:
    from accounts.models import User


class BankQuestionQuerySet(models.QuerySet):
    """A bank is for those who post its company's jobs: whoever knows a question knows its answer."""

    def for_user(self, user: User) -> Self:
        """Those of companies for which the person posts jobs."""
        return self.filter(company__in=companies_where(user, Right.POST_JOBS))

    def usable(self) -> Self:
        """Those that are drawn from."""
        return self.filter(is_active=True)


class AttemptQuerySet(models.QuerySet):
    """A candidate sees their own attempts; a team sees those of the applications that it views."""

    def for_user(self, user: User) -> Self:
        """Those that the person made, and those on applications that the person views for a team."""
        from applications.models.core import Application

        viewed = Application.objects.of_team(user).values("pk")  # type: ignore[attr-defined]
        return self.filter(Q(application__candidate=user) | Q(application__in=viewed))

    def finished(self) -> Self:
        """Those that are marked."""
        return self.filter(status__in=FINISHED)

    def overdue(self) -> Self:
        """Those that run though time and grace are over."""
        return self.filter(status=AttemptStatus.RUNNING, closes_at__lte=Now())

    def with_questions(self) -> Self:
        """With application, assessment and questions in order; one query more."""
        from applications.assessments.models import AttemptQuestion

        questions = Prefetch("questions", AttemptQuestion.objects.order_by("position"))
        return self.select_related("application", "assessment").prefetch_related(questions)


def ranked(applications: Any) -> Any:
    """Return applications with ``score`` and ``score_seconds`` of the attempt that counts: the newest that is marked.

    Both are null without one, so that everybody who applied is on the list.
    """
    from applications.assessments.models import Attempt

    newest = Attempt.objects.finished().filter(application=OuterRef("pk")).order_by("-number")
    took = ExpressionWrapper(F("finished_at") - F("created_at"), output_field=DurationField())
    return applications.annotate(
        score=Subquery(newest.values("score")[:1]),
        score_took=Subquery(newest.annotate(took=took).values("took")[:1]),
        attempt_number=Subquery(newest.values("number")[:1]),
    )

"""The REST door of applications."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, QuerySet, Value
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import EmailUnverified
from applications import serializers, services
from applications.blind.services import NothingVeiled, reveal_candidate
from applications.blind.veil import Veil, veil_for
from applications.decisions.serializers import RejectWriteSerializer
from applications.hiring.rights import rights_of
from applications.law import side_of
from applications.matching.ranking import with_match_scores
from applications.models import Application, JobMember, Tag
from applications.querysets import ApplicationQuerySet
from applications.vocabulary import Side
from companies.models import Membership
from companies.rights import Right
from jobs.models import Job
from jobs.services import JobNotOpen
from jobs.views.reading import has_ended
from subscriptions.entitlements import PlanLimitReached
from umemployed.api.errors import Forbidden, Invalid, NotFound
from umemployed.api.preconditions import StaleVersion
from umemployed.api.views import ApiView, ApiViewSet, ListMixin, RetrieveMixin
from umemployed.audit.record import record

REFUSALS = [services.ApplicationWrongState, StaleVersion, Forbidden]


class Roles(ApiView):
    """Mixed into views that show applications: the reader's roles in companies and on jobs, by two queries."""

    @cached_property
    def roles(self) -> dict[int, str]:
        """Return {company id: role} of the reader."""
        return dict(Membership.objects.filter(user=self.actor).values_list("company_id", "role"))

    @cached_property
    def job_roles(self) -> dict[int, str]:
        """Return {job id: role} of the reader on hiring teams."""
        return dict(JobMember.objects.filter(membership__user=self.actor).values_list("job_id", "role"))

    def rights_on(self, application: Application) -> frozenset[Right]:
        """Return what the reader may do with an application as one of its team."""
        return rights_of(self.roles.get(application.company_id), self.job_roles.get(application.job_id))


class ApplyView(Roles):
    serializer_class = serializers.ApplicationSerializer
    write_serializer_class = serializers.ApplyWriteSerializer
    success_status = {"post": 201}
    errors = [
        EmailUnverified,
        JobNotOpen,
        services.AlreadyApplied,
        services.CooldownRunning,
        services.CompanyBlocked,
        PlanLimitReached,
    ]

    def job_id(self, public_id: uuid.UUID) -> int | None:
        """Return the key of the posting, if one may see it. The public ones are asked first: they are what is open."""
        named = Job.objects.filter(public_id=public_id)
        public = named.published().values_list("pk", flat=True).first()
        return public or named.for_user(self.actor).values_list("pk", flat=True).first()

    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Apply with one of my résumés; what I send is frozen."""
        job_id = self.job_id(public_id)
        if job_id is None:
            raise JobNotOpen() if has_ended(public_id) else NotFound()
        body = self.read_body()
        del body["consent"]
        return self.answer(services.submit_application(actor=self.actor, job_id=job_id, **body))


class ApplicationViewSet(Roles, ListMixin, RetrieveMixin, ApiViewSet):
    """Those that I sent, and those to my companies; each with what I may do with it."""

    serializer_class = serializers.ApplicationSerializer
    serializer_classes = {
        "timeline": serializers.TimelineEntrySerializer,
        "capsule": serializers.CapsuleSerializer,
    }
    write_serializer_classes = {
        "move": serializers.MoveWriteSerializer,
        "hire": serializers.ApplicationVersionWriteSerializer,
        "reject": RejectWriteSerializer,
        "announce": serializers.ApplicationVersionWriteSerializer,
        "restore": serializers.ApplicationVersionWriteSerializer,
        "withdraw": serializers.WithdrawWriteSerializer,
    }
    query_serializer_class = serializers.ApplicationQuery
    ordering = ("-created_at", "-pk")
    orderings = {"submitted_at": "created_at", "match": "match_score"}
    paginated_actions = ("timeline",)

    def get_queryset(self) -> QuerySet[Application]:
        user, query = self.actor, self.query if self.operation == "list" else {}
        rows = Application.objects.for_user(user, veiled=True)
        if query.get("side"):
            rows = rows.of_candidate(user) if query["side"] == Side.CANDIDATE else rows.of_team(user, veiled=True)
        if query.get("job"):
            rows = rows.filter(job__public_id=query["job"])
        if query.get("status"):
            rows = rows.standing_as_told(user, query["status"])
        if query.get("stage"):
            rows = rows.of_team(user, veiled=True).filter(stage__public_id__in=query["stage"])
        if query.get("tag"):
            rows = rows.of_team(user, veiled=True).filter(
                Exists(
                    Tag.applications.through.objects.filter(application=OuterRef("pk"), tag__public_id__in=query["tag"])
                )
            )
        if query.get("assignee"):
            rows = rows.of_team(user, veiled=True).filter(assignee__public_id=query["assignee"])
        if query.get("same_person_as"):
            rows = rows.of_team(user).of_same_person(user, query["same_person_as"])
        if any(term.removeprefix("-") == "match" for term in query.get("ordering") or []):
            rows = self.by_match(rows)
        return rows.with_parties().with_circumstances().with_teamwork()

    def by_match(self, rows: ApplicationQuerySet) -> ApplicationQuerySet:
        """Return the applications to one job with what orders them by match. Raises Invalid where none is named."""
        if not self.query.get("job"):
            raise Invalid.on_field("ordering", _("Name the `job` whose applicants are compared."), code="job_missing")
        rows = rows.of_team(self.actor, veiled=True)
        job = Job.objects.with_parts().filter(public_id=self.query["job"], pk__in=rows.values("job")[:1]).first()
        if job is None:
            return rows.none().annotate(match_score=Value(None, output_field=IntegerField()))
        return with_match_scores(rows, actor=self.actor, job=job)

    @property
    def is_team(self) -> bool:
        """Say whether the reader of this one application stands on the team's side."""
        return side_of(self.actor.pk, self.row) is Side.TEAM

    @cached_property
    def veil(self) -> Veil:
        """Return the veil through which the team reads this one application."""
        return veil_for(self.row)

    @cached_property
    def row(self) -> Application:
        """Return the application of the URL."""
        return self.get_object()

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show it. The team's first look is told to the candidate; every one enters the audit record."""
        if self.row.seen_at is None and self.is_team:
            services.mark_seen(actor=self.actor, application_id=self.row.pk)
            self.row.refresh_from_db(fields=["seen_at"])
        if self.is_team:
            record("application:read", actor=self.actor, target=self.row)
        return self.answer(self.row)

    def enacted(self, service: Callable[..., Application], *, takes_body: bool = True) -> Response:
        """Run a service on the application of the URL, and show what it is now."""
        target = {"actor": self.actor, "application_id": self.row.pk}  # a 404 comes before any 400
        return self.answer(self.reload(service(**target, **(self.read_body() if takes_body else {}))))

    @action(detail=True, methods=["post"], errors=REFUSALS)
    def move(self, request: Request, public_id: uuid.UUID) -> Response:
        """Move it to another stage of its job."""
        return self.enacted(services.move_application)

    @action(
        detail=True,
        methods=["post"],
        write_serializer_class=serializers.ApplicationVersionWriteSerializer,
        errors=REFUSALS,
    )
    def hire(self, request: Request, public_id: uuid.UUID) -> Response:
        """Hire the candidate."""
        return self.enacted(services.hire_candidate)

    @action(detail=True, methods=["post"], errors=REFUSALS)
    def reject(self, request: Request, public_id: uuid.UUID) -> Response:
        """Turn it down. The candidate is told later, if you or your company's policy say so."""
        return self.enacted(services.reject_application)

    @action(detail=True, methods=["post"], errors=REFUSALS)
    def announce(self, request: Request, public_id: uuid.UUID) -> Response:
        """Tell the candidate a rejection now that waits for its time."""
        return self.enacted(services.announce_rejection)

    @action(
        detail=True,
        methods=["post"],
        write_serializer_class=serializers.ApplicationVersionWriteSerializer,
        errors=REFUSALS,
    )
    def restore(self, request: Request, public_id: uuid.UUID) -> Response:
        """Take a rejection or a hiring back."""
        return self.enacted(services.restore_application)

    @action(detail=True, methods=["post"], errors=REFUSALS)
    def withdraw(self, request: Request, public_id: uuid.UUID) -> Response:
        """Withdraw my application."""
        return self.enacted(services.withdraw_application)

    @action(detail=True, methods=["post"], errors=[NothingVeiled, Forbidden])
    def reveal(self, request: Request, public_id: uuid.UUID) -> Response:
        """Show the team of a blind review who sent it; the company's owner is told."""
        return self.enacted(reveal_candidate, takes_body=False)

    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, public_id: uuid.UUID) -> Response:
        """Tell what happened, newest first; to the candidate only what concerns them."""
        history = self.row.history.with_parties()
        return self.page(history if self.is_team else history.shown_to_candidate())

    @action(detail=True, methods=["get"])
    def capsule(self, request: Request, public_id: uuid.UUID) -> Response:
        """Show what was sent, as it was. A look of the team enters the audit record."""
        if self.is_team:
            record("capsule:read", actor=self.actor, target=self.row)
        return self.answer(self.row.capsule)

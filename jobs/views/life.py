"""The doors that move a posting's state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services.verification import EmailUnverified
from jobs import services
from jobs.serializers import (
    ApproveJobWriteSerializer,
    CloseWriteSerializer,
    PublishWriteSerializer,
    RejectJobWriteSerializer,
    VersionWriteSerializer,
)
from subscriptions.entitlements import PlanLimitReached
from umemployed.api.errors import Forbidden
from umemployed.api.preconditions import StaleVersion
from umemployed.api.views import ApiViewSet

MOVE_ERRORS = [services.WrongState, StaleVersion, Forbidden, EmailUnverified]
GO_LIVE_ERRORS = [*MOVE_ERRORS, services.JobIncomplete, services.DuplicatePosting, PlanLimitReached]

if TYPE_CHECKING:
    Base = ApiViewSet
else:
    Base = object


class LifeMixin(Base):
    """The verbs of ``jobs.verbs``, each a POST that names the version one saw."""

    def moved(self, verb: Any) -> Response:
        """Answer the posting after the verb."""
        job = verb(actor=self.request.user, job_id=self.get_object().pk, **self.read_body())
        return self.answer(self.reload(job))

    @action(detail=True, methods=["post"], write_serializer_class=VersionWriteSerializer, errors=MOVE_ERRORS)
    def submit(self, request: Request, public_id: str) -> Response:
        """Ask for the approval of somebody else in the company."""
        return self.moved(services.submit_job)

    @action(
        detail=True,
        methods=["post"],
        write_serializer_class=ApproveJobWriteSerializer,
        errors=[*GO_LIVE_ERRORS, services.OwnPosting],
    )
    def approve(self, request: Request, public_id: str) -> Response:
        """Let a submitted posting be published, now or at its moment; never one's own."""
        return self.moved(services.approve_job)

    @action(
        detail=True,
        methods=["post"],
        write_serializer_class=RejectJobWriteSerializer,
        errors=[*MOVE_ERRORS, services.OwnPosting],
    )
    def reject(self, request: Request, public_id: str) -> Response:
        """Send a submitted posting back to its author, with reasons."""
        return self.moved(services.reject_job)

    @action(detail=True, methods=["post"], write_serializer_class=VersionWriteSerializer, errors=MOVE_ERRORS)
    def recall(self, request: Request, public_id: str) -> Response:
        """Take a submitted or scheduled posting back to draft."""
        return self.moved(services.recall_job)

    @action(
        detail=True,
        methods=["post"],
        write_serializer_class=PublishWriteSerializer,
        errors=[*GO_LIVE_ERRORS, services.ApprovalNeeded],
    )
    def publish(self, request: Request, public_id: str) -> Response:
        """Make a draft, a scheduled or a paused posting live; a draft whose `publish_at` is to come is scheduled."""
        return self.moved(services.publish_job)

    @action(detail=True, methods=["post"], write_serializer_class=VersionWriteSerializer, errors=MOVE_ERRORS)
    def pause(self, request: Request, public_id: str) -> Response:
        """Take a live posting off the market for a while."""
        return self.moved(services.pause_job)

    @action(
        detail=True,
        methods=["post"],
        write_serializer_class=CloseWriteSerializer,
        errors=[*MOVE_ERRORS, services.ApplicantsWaiting],
    )
    def close(self, request: Request, public_id: str) -> Response:
        """End a posting; asks first where applicants wait for a decision."""
        return self.moved(services.close_job)

    @action(detail=True, methods=["post"], write_serializer_class=PublishWriteSerializer, errors=GO_LIVE_ERRORS)
    def reopen(self, request: Request, public_id: str) -> Response:
        """Make a closed posting live again."""
        return self.moved(services.reopen_job)

    @action(detail=True, methods=["post"], write_serializer_class=VersionWriteSerializer, errors=MOVE_ERRORS)
    def archive(self, request: Request, public_id: str) -> Response:
        """Put a draft or a closed posting away for good."""
        return self.moved(services.archive_job)

    @action(detail=True, methods=["post"], errors=[Forbidden, EmailUnverified])
    def duplicate(self, request: Request, public_id: str) -> Response:
        """Make a new draft that says the same."""
        job = services.duplicate_job(actor=self.actor, job_id=self.get_object().pk)
        return self.answer(self.reload(job))

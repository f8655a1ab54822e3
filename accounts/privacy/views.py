"""The REST door to one's own data."""

from __future__ import annotations

from typing import cast

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Session
from accounts.privacy import serializers, services
from accounts.serializers import ReauthenticateWriteSerializer
from accounts.services import ReauthenticationRequired, WrongCode, WrongPassword
from umemployed.api.errors import NotFound
from umemployed.api.views import ApiView, ApiViewSet, ListMixin, RetrieveMixin
from umemployed.privacy import services as privacy
from umemployed.privacy.archive import held
from umemployed.privacy.links import digest_of
from umemployed.privacy.models import Erasure, Export
from umemployed.privacy.services.erasure import open_erasure_of
from umemployed.privacy.vocabulary import ErasureStatus, Purpose

PROOF = [ReauthenticationRequired, WrongPassword, WrongCode]


class ExportViewSet(ListMixin, RetrieveMixin, ApiViewSet):
    """Archives of my data: asked for with the password, prepared by a worker, gone after a week."""

    serializer_class = serializers.ExportSerializer
    write_serializer_classes = {"create": ReauthenticateWriteSerializer}
    success_status = {"create": 202}
    errors = [*PROOF, privacy.ExportRunning]
    transactional = False
    ordering = ("-created_at", "-pk")

    def get_queryset(self) -> QuerySet[Export]:
        return Export.objects.filter(person=self.actor).select_related("file")

    def create(self, request: Request) -> Response:
        """Ask for an archive of all that is held about me."""
        return self.answer(services.request_export(actor=self.actor, **self.read_body()))


class ErasureView(ApiView):
    """My erasure: asked for with the password, carried out after a time in which it can be cancelled."""

    serializer_class = serializers.ErasureSerializer
    write_serializer_classes = {"post": ReauthenticateWriteSerializer}
    success_status = {"post": 202}
    errors = [*PROOF, NotFound, privacy.ErasureAlreadyRequested]
    transactional = False

    def get(self, request: Request) -> Response:
        """Show the erasure that waits; 404 when there is none."""
        waiting = open_erasure_of(self.actor)
        if waiting is None:
            raise NotFound
        return self.answer(waiting)

    def post(self, request: Request) -> Response:
        """Ask to be erased; a mail says what will happen, and every other session ends."""
        session = cast("Session | None", request.auth)
        return self.answer(services.request_erasure(actor=self.actor, session=session, **self.read_body()))

    def delete(self, request: Request) -> Response:
        """Call it off."""
        privacy.cancel_erasure(actor=self.actor)
        return self.answer()


class ErasureReportView(ApiView):
    """What was erased and what is kept, for whoever holds the link of the last letter."""

    serializer_class = serializers.ErasureReportSerializer
    permission_classes = [AllowAny]
    authentication_classes = []

    def get(self, request: Request, token: str) -> Response:
        """Show the report of a finished erasure; it names nobody."""
        done = Erasure.objects.filter(status=ErasureStatus.DONE, report_expires_at__gt=timezone.now())
        erasure = done.filter(report_digest=digest_of(token)).first()
        if erasure is None:
            raise NotFound
        return self.answer(erasure.report)


class ConsentsView(ApiView):
    serializer_class = serializers.ConsentsSerializer

    def get(self, request: Request) -> Response:
        """List every purpose with my last answer."""
        return self.answer({"consents": privacy.answers_of(self.actor)})


class ConsentView(ApiView):
    serializer_class = serializers.ConsentSerializer
    serializer_classes = {"delete": serializers.ConsentSerializer}
    write_serializer_classes = {"put": serializers.ConsentWriteSerializer}
    errors = [privacy.ConsentRequired, privacy.TextReplaced]

    def put(self, request: Request, purpose: str) -> Response:
        """Say yes to the present text."""
        body = {"purpose": self.known(purpose), **self.read_body()}
        return self.answer(privacy.give_consent(actor=self.actor, **body))

    def delete(self, request: Request, purpose: str) -> Response:
        """Say no, or no longer."""
        return self.answer(privacy.withdraw_consent(actor=self.actor, purpose=self.known(purpose)))

    @staticmethod
    def known(purpose: str) -> str:
        """Return a purpose that exists. Raises NotFound."""
        if purpose not in Purpose.values:
            raise NotFound
        return purpose


class HeldView(ApiView):
    """What is held about people, why and for how long: made from the declarations by which it is erased."""

    serializer_class = serializers.AllHeldSerializer
    permission_classes = [AllowAny]
    authentication_classes = []

    def get(self, request: Request) -> Response:
        """List every table with personal data."""
        return self.answer({"tables": held()})

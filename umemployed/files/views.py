"""The REST door of files, and the two endpoints that stand in for a bucket when files are kept locally."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from umemployed.api.errors import Forbidden, Invalid, NotFound
from umemployed.api.queries import QuerySerializer
from umemployed.api.views import ApiView, ApiViewSet, CreateMixin, DestroyMixin, RetrieveMixin
from umemployed.files import services
from umemployed.files.gateways import DOWNLOADS, LINK_SECONDS, UPLOADS, gateway, store
from umemployed.files.models import StoredFile
from umemployed.files.names import attachment
from umemployed.files.serializers import (
    AnnouncedFileSerializer,
    FileLinkSerializer,
    FileSerializer,
    FileWriteSerializer,
)


class UploadRefused(Forbidden):
    code = "upload_refused"
    title = _("The upload is not allowed")
    cause = _("The target has expired, belongs to another file, or has been used.")
    cure = _("Announce the file again and use the new target within a minute.")


class FileViewSet(CreateMixin, RetrieveMixin, DestroyMixin, ApiViewSet):
    """One's own files: announce, send the bytes to the target, complete, then attach by id."""

    serializer_class = FileSerializer
    write_serializer_class = FileWriteSerializer
    serializer_classes = {"create": AnnouncedFileSerializer}
    errors = [services.FileQuotaReached, services.FileInUse]

    def get_queryset(self) -> QuerySet[StoredFile]:
        return StoredFile.objects.filter(owner=self.actor)

    def perform_create(self, serializer: serializers.BaseSerializer) -> StoredFile:
        file = services.announce_upload(actor=self.actor, **serializer.validated_data)
        file.target = gateway().target(file)  # type: ignore[attr-defined]  # shown, not stored
        return file

    def reload(self, instance: Any) -> Any:
        return instance  # carries the target, which is not stored

    def perform_destroy(self, instance: StoredFile) -> None:
        services.delete_file(actor=self.actor, file_id=instance.public_id)

    @action(
        detail=True, methods=["post"], transactional=False, errors=[services.NothingUploaded, services.FileRejected]
    )
    def complete(self, request: Request, public_id: uuid.UUID) -> Response:
        """Inspect what was uploaded. `uploaded` in the answer means that the scanner is away: ask again later."""
        return self.answer(services.complete_upload(actor=self.actor, file_id=public_id))

    @action(detail=True, methods=["post"], serializer_class=FileLinkSerializer, errors=[services.FileNotReady])
    def link(self, request: Request, public_id: uuid.UUID) -> Response:
        """Make a private link that works for a minute."""
        file = StoredFile.objects.filter(public_id=public_id).first()
        if file is None:
            raise NotFound()
        return self.answer(services.link_for(file, self.actor))


class LocalUploadView(ApiView):
    """The local upload target."""

    authentication_classes = []
    permission_classes = [AllowAny]
    transactional = False
    errors = [UploadRefused]

    def put(self, request: Request, public_id: uuid.UUID) -> Response:
        """Take the bytes that were announced, exactly as many."""
        file = self.announced(request, public_id)
        raw = request._request
        length = raw.META.get("CONTENT_LENGTH") or ""
        if not (length.isdecimal() and length.isascii()) or int(length[:12]) != file.size:
            raise Invalid(_("Send exactly the announced number of bytes, with Content-Length."))
        data = raw.read(file.size)
        if len(data) != file.size:
            raise Invalid(_("The body ended early."))
        storage = store()
        storage.delete(file.upload_key)
        storage.save(file.upload_key, ContentFile(data))
        return self.answer()

    @staticmethod
    def announced(request: Request, public_id: uuid.UUID) -> StoredFile:
        """Return the file whose upload the token allows; raises UploadRefused."""
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        try:
            named = UPLOADS.unsign(token, max_age=LINK_SECONDS)
        except signing.BadSignature:
            raise UploadRefused() from None
        file = StoredFile.objects.filter(public_id=public_id, status=StoredFile.Status.PENDING).first()
        if scheme != "Upload" or named != str(public_id) or file is None or settings.FILES_BACKEND != "local":
            raise UploadRefused()
        return file


class DownloadQuery(QuerySerializer):
    token = serializers.CharField(max_length=300, required=True)


class LocalDownloadView(ApiView):
    """The local private link. The right to read is judged again when the link is followed."""

    authentication_classes = []
    permission_classes = [AllowAny]
    query_serializer_class = DownloadQuery

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, True)

    def get(self, request: Request, public_id: uuid.UUID) -> FileResponse:
        """Answer the bytes as an attachment that no browser renders."""
        try:
            named, _dot, reader = DOWNLOADS.unsign(self.query["token"], max_age=LINK_SECONDS).partition(".")
        except signing.BadSignature:
            raise NotFound() from None
        file = StoredFile.objects.filter(public_id=public_id, status=StoredFile.Status.AVAILABLE).first()
        user = get_user_model().objects.filter(pk=reader, is_active=True).first()
        if named != str(public_id) or file is None or user is None or not services.may_read(user, file):
            raise NotFound()
        return serve(file)


def serve(file: StoredFile) -> FileResponse:
    """Return the bytes with every header that keeps a browser from believing them."""
    response = FileResponse(store().open(file.key), content_type=file.content_type)
    response["Content-Disposition"] = attachment(file.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-site"
    response["Cache-Control"] = "private, no-store"
    return response

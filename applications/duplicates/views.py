"""The REST door of likely duplicates."""

from __future__ import annotations

import uuid

from rest_framework.request import Request
from rest_framework.response import Response

from applications.doors import OfApplication
from applications.duplicates import serializers, services
from umemployed.api.errors import Forbidden


class DuplicatesView(OfApplication):
    serializer_class = serializers.DuplicatesSerializer
    serializer_classes = {"post": serializers.CandidateMergeSerializer}
    write_serializer_classes = {"post": serializers.MergeWriteSerializer}
    success_status = {"post": 201}
    errors = [services.AlreadyMerged, Forbidden]

    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """List candidates of the company who may be the same person, and who is taken for it already."""
        likely = services.duplicates_of(self.actor, self.application)
        return self.answer({"likely": likely, "merges": services.merges_of(self.application)})

    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Take another candidate for the same person; it can be undone."""
        merge = services.merge_candidates(actor=self.actor, application=self.application, **self.read_body())
        return self.answer(merge)


class MergeView(OfApplication):
    errors = [Forbidden]

    def delete(self, request: Request, public_id: uuid.UUID, merge_id: uuid.UUID) -> Response:
        """Take them for two people again; everything is as it was."""
        services.undo_merge(actor=self.actor, application=self.application, merge_id=merge_id)
        return self.answer()

"""The REST door: ``applications/{id}/match/``."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from applications.doors import OfApplication
from applications.matching.services import match_of_application
from jobs.matching.serializers import ScoreSerializer


class ApplicationMatchView(OfApplication):
    """What the applicant sent beside what the posting asks for."""

    opens_veiled = True
    serializer_class = ScoreSerializer

    def get(self, request: Request, **kwargs: object) -> Response:
        """Explain the match; while the review is blind, only of what passes its veil. A look is recorded."""
        verdict = match_of_application(actor=self.actor, application=self.application, veil=self.veil)
        return self.answer(verdict)

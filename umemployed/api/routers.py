"""The router of every app: path converters instead of regular expressions, names after the basename."""

from __future__ import annotations

from typing import Any

from rest_framework.routers import SimpleRouter


class ApiRouter(SimpleRouter):
    """``router.register("resumes", ResumeViewSet, basename="resume")`` → ``resumes/<uuid:public_id>/…``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trailing_slash=True, use_regex_path=False, **kwargs)

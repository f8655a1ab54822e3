"""Bases of the views that lie below a job, an application or a company.

What the URL begins with is looked up before anything else is judged, so that a door to somebody else's house
answers 404 whatever one carries through it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.functional import cached_property
from rest_framework.request import Request

from applications.blind.veil import Veil, veil_for
from applications.hiring.rights import jobs_where
from applications.models import Application
from companies.models import Company
from companies.rights import Right, companies_where
from jobs.models import Job
from umemployed.api.errors import NotFound
from umemployed.api.views import ApiView


class OfJob(ApiView):
    """Below ``jobs/{public_id}/``, for those who may view its applications."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.job  # noqa: B018 - its 404 comes before any other refusal

    @cached_property
    def job(self) -> Job:
        """Return the job of the URL. Raises NotFound."""
        right = Right.VIEW_APPLICATIONS
        mine = Q(company__in=companies_where(self.actor, right)) | Q(pk__in=jobs_where(self.actor, right))
        job = Job.objects.filter(mine, public_id=self.kwargs["public_id"]).first()
        if job is None:
            raise NotFound
        return job


class OfApplication(ApiView):
    """Below ``applications/{public_id}/``, for the team only: to the candidate there is nothing.

    Nor is there while the application is read blind, unless the door says that it shows nothing beside the veil.
    """

    opens_veiled = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.application  # noqa: B018 - its 404 comes before any other refusal

    @cached_property
    def application(self) -> Application:
        """Return the application of the URL. Raises NotFound."""
        mine = Application.objects.of_team(self.actor, veiled=self.opens_veiled).with_veil()
        application = mine.filter(public_id=self.kwargs["public_id"]).first()
        if application is None:
            raise NotFound
        return application

    @cached_property
    def veil(self) -> Veil:
        """Return the veil through which the team reads the application."""
        return veil_for(self.application)


class OfCompany(ApiView):
    """Below ``companies/{slug}/``, for those who may view its applications."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.company  # noqa: B018 - its 404 comes before any other refusal

    @cached_property
    def company(self) -> Company:
        """Return the company of the URL. Raises NotFound."""
        mine = companies_where(self.actor, Right.VIEW_APPLICATIONS)
        company = Company.objects.filter(pk__in=mine, slug=self.kwargs["slug"]).first()
        if company is None:
            raise NotFound
        return company

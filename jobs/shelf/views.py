"""The doors of the shelf; each person sees and changes their own."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import F, Prefetch, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.models import Job
from jobs.shelf import services
from jobs.shelf.models import HiddenJob, SavedJob
from jobs.shelf.serializers import HiddenJobSerializer, SavedJobSerializer
from umemployed.api.errors import NotFound
from umemployed.api.views import ApiView, ApiViewSet, ListMixin


class ShelfView(ApiView):
    """PUT to put a posting there, DELETE to take it off; both answer 204 and may be repeated."""

    put_there: Callable[..., None]
    take_off: Callable[..., None]

    def put(self, request: Request, public_id: str) -> Response:
        """Put the posting there. 404 for one that one may not read."""
        type(self).put_there(actor=self.actor, job_id=self.job_id(Job.objects.for_user(self.actor)))
        return Response(status=204)

    def delete(self, request: Request, public_id: str) -> Response:
        """Take the posting off; also one that was public once. What never was, and is not one's own, is a 404."""
        known = Job.objects.for_user(self.actor) | Job.objects.filter(published_at__isnull=False)
        type(self).take_off(actor=self.actor, job_id=self.job_id(known))
        return Response(status=204)

    def job_id(self, rows: QuerySet[Job]) -> int:
        """Return the key of the posting in the URL. Raises NotFound."""
        found = rows.filter(public_id=self.kwargs["public_id"]).values_list("pk", flat=True).first()
        if found is None:
            raise NotFound
        return found


class SaveView(ShelfView):
    """Saving a posting."""

    put_there = staticmethod(services.save_job)
    take_off = staticmethod(services.unsave_job)


class HideView(ShelfView):
    """Hiding a posting from one's own searches."""

    put_there = staticmethod(services.hide_job)
    take_off = staticmethod(services.unhide_job)


class ShelfViewSet(ListMixin, ApiViewSet):
    """One's own shelf, the newest first: a constant number of queries, whatever is on it."""

    ordering = ("-pk",)
    shelf: type[SavedJob] | type[HiddenJob]

    def get_queryset(self) -> QuerySet:
        """Return one's own rows; ``job`` is None where one may not read the posting any more."""
        jobs = Job.objects.for_user(self.actor).with_parts().with_rights_of(self.actor)
        rows = self.shelf.objects.for_user(self.actor).annotate(job_public_id=F("job__public_id"))
        return rows.prefetch_related(Prefetch("job", jobs))


class SavedJobViewSet(ShelfViewSet):
    """Saved postings."""

    serializer_class = SavedJobSerializer
    shelf = SavedJob


class HiddenJobViewSet(ShelfViewSet):
    """Hidden postings."""

    serializer_class = HiddenJobSerializer
    shelf = HiddenJob

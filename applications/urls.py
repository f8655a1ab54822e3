"""Routes of applications."""

from django.urls import include, path

from applications.views import ApplicationViewSet, ApplyView
from umemployed.api.routers import ApiRouter

router = ApiRouter()
router.register("applications", ApplicationViewSet, basename="application")
urlpatterns = [
    path("jobs/<uuid:public_id>/apply/", ApplyView.as_view(), name="job-apply"),
    path("", include("applications.blind.urls")),
    path("", include("applications.board.urls")),
    path("", include("applications.decisions.urls")),
    path("", include("applications.assessments.urls")),
    path("", include("applications.duplicates.urls")),
    path("", include("applications.equality.urls")),
    path("", include("applications.hiring.urls")),
    path("", include("applications.matching.urls")),
    path("", include("applications.pools.urls")),
    path("", include("applications.referrals.urls")),
    path("", include("applications.insight.urls")),
    path("", include("applications.pipeline.urls")),
    path("", include("applications.offers.urls")),
    path("", include("applications.teamwork.urls")),
    *router.urls,
]

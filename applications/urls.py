"""Routes of applications."""

from django.urls import include, path

from applications.views import ApplicationViewSet, ApplyView, StageViewSet
from umemployed.api.routers import ApiRouter

router = ApiRouter()
router.register("applications", ApplicationViewSet, basename="application")
urlpatterns = [
    path("jobs/<uuid:public_id>/apply/", ApplyView.as_view(), name="job-apply"),
    path("jobs/<uuid:public_id>/stages/", StageViewSet.as_view({"get": "list"}), name="job-stages"),
    path("", include("applications.hiring.urls")),
    *router.urls,
]

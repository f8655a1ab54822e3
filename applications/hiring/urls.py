"""Routes of hiring teams."""

from django.urls import path

from applications.hiring.views import HiringTeamViewSet

urlpatterns = [
    path(
        "jobs/<uuid:public_id>/team/",
        HiringTeamViewSet.as_view({"get": "list", "post": "create"}),
        name="job-team",
    ),
    path(
        "jobs/<uuid:public_id>/team/<uuid:place_id>/",
        HiringTeamViewSet.as_view({"delete": "destroy"}),
        name="job-team-place",
    ),
]

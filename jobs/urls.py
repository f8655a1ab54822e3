"""Routes of postings."""

from django.urls import path

from jobs import views
from jobs.alerts.views import SavedSearchViewSet
from jobs.distribution import views as distribution
from jobs.gazetteer.views import LocationsView
from jobs.importing.views import JobImportViewSet
from jobs.insight.views import AnalyticsView
from jobs.matching import views as matching
from jobs.moderation.views import JobReportView
from jobs.shelf.views import HiddenJobViewSet, HideView, SavedJobViewSet, SaveView
from umemployed.api.routers import ApiRouter

VERSIONS = "jobs/<uuid:public_id>/versions/"

router = ApiRouter()
router.register("jobs/imports", JobImportViewSet, basename="job-import")
router.register("jobs", views.JobViewSet, basename="job")
router.register("saved-searches", SavedSearchViewSet, basename="saved-search")
urlpatterns = [
    path("jobs/recommended/", matching.RecommendedViewSet.as_view({"get": "list"}), name="jobs-recommended"),
    *router.urls,
    path(VERSIONS, views.JobVersionViewSet.as_view({"get": "list"}), name="job-versions"),
    path(f"{VERSIONS}<int:number>/", views.JobVersionViewSet.as_view({"get": "retrieve"}), name="job-version"),
    path("jobs/<uuid:public_id>/diff/", views.JobDiffView.as_view(), name="job-diff"),
    path("jobs/<uuid:public_id>/jsonld/", distribution.JsonLdView.as_view(), name="job-jsonld"),
    path("jobs/<uuid:public_id>/analytics/", AnalyticsView.as_view(), name="job-analytics"),
    path("jobs/<uuid:public_id>/match/", matching.MatchView.as_view(), name="job-match"),
    path("jobs/<uuid:public_id>/matches/", matching.CandidatesView.as_view(), name="job-matches"),
    path("jobs/<uuid:public_id>/similar/", matching.SimilarView.as_view(), name="job-similar"),
    path("jobs/<uuid:public_id>/save/", SaveView.as_view(), name="job-save"),
    path("jobs/<uuid:public_id>/hide/", HideView.as_view(), name="job-hide"),
    path("jobs/<uuid:public_id>/report/", JobReportView.as_view(), name="job-report"),
    path("locations/", LocationsView.as_view(), name="locations"),
    path("saved-jobs/", SavedJobViewSet.as_view({"get": "list"}), name="saved-jobs"),
    path("hidden-jobs/", HiddenJobViewSet.as_view({"get": "list"}), name="hidden-jobs"),
    path("boards/<slug:slug>/jobs/", distribution.BoardViewSet.as_view({"get": "list"}), name="board"),
    path(
        "boards/<slug:slug>/jobs/<uuid:public_id>/",
        distribution.BoardViewSet.as_view({"get": "retrieve"}),
        name="board-job",
    ),
    path("jobs/<uuid:public_id>/reviews/", views.JobReviewViewSet.as_view({"get": "list"}), name="job-reviews"),
]

"""Routes to one's own data, below ``/api/v1/``."""

from django.urls import include, path

from accounts.privacy import views
from umemployed.api.routers import ApiRouter

router = ApiRouter()
router.register("export", views.ExportViewSet, basename="export")

me_patterns = [
    path("erasure/", views.ErasureView.as_view(), name="erasure"),
    path("consents/", views.ConsentsView.as_view(), name="consents"),
    path("consents/<slug:purpose>/", views.ConsentView.as_view(), name="consent"),
    *router.urls,
]
urlpatterns = [
    path("me/", include(me_patterns)),
    path("erasure-reports/<str:token>/", views.ErasureReportView.as_view(), name="erasure-report"),
    path("personal-data/", views.HeldView.as_view(), name="personal-data"),
]

"""Routes of reasons, bulk acts and dispositions."""

from django.urls import path

from applications.decisions import views

COMPANY = "companies/<slug:slug>/rejection-reasons"
JOB = "jobs/<uuid:public_id>/dispositions"
Reasons, Dispositions = views.CompanyReasonViewSet, views.DispositionViewSet
urlpatterns = [
    path(f"{COMPANY}/", Reasons.as_view({"get": "list", "post": "create"}), name="rejection-reasons"),
    path(f"{COMPANY}/<uuid:reason_id>/", Reasons.as_view({"patch": "partial_update"}), name="rejection-reason"),
    path("applications/bulk/", views.BulkView.as_view(), name="applications-bulk"),
    path(f"{JOB}/", Dispositions.as_view({"get": "list", "post": "create"}), name="job-dispositions"),
    path(f"{JOB}/<uuid:disposition_id>/", Dispositions.as_view({"get": "retrieve"}), name="job-disposition"),
    path(f"{JOB}/<uuid:disposition_id>/items/", Dispositions.as_view({"get": "items"}), name="job-disposition-items"),
    path(f"{JOB}/<uuid:disposition_id>/retry/", Dispositions.as_view({"post": "retry"}), name="job-disposition-retry"),
]

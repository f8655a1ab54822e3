"""Routes of figures."""

from django.urls import path

from applications.insight import views

COMPANY, JOB = "companies/<slug:slug>/insight", "jobs/<uuid:public_id>/insight"
urlpatterns = [
    path(f"{COMPANY}/", views.CompanyInsightView.as_view(), name="company-insight"),
    path(f"{COMPANY}/<slug:report>/csv/", views.CompanyInsightCsvView.as_view(), name="company-insight-csv"),
    path(f"{JOB}/", views.JobInsightView.as_view(), name="job-insight"),
    path(f"{JOB}/<slug:report>/csv/", views.JobInsightCsvView.as_view(), name="job-insight-csv"),
]

"""Routes of the ground: pages beside the API, and what belongs to no app."""

from django.urls import path

from umemployed.api import pages
from umemployed.api.dictionaries import DictionariesView
from umemployed.api.metrics import metrics

urlpatterns = [
    path("", pages.tour, name="tour"),
    path("healthz", pages.healthz, name="healthz"),
    path("readyz", pages.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("errors/", pages.error_list, name="errors"),
    path("errors/<slug:code>/", pages.error_page, name="error"),
    path("api/schema/", pages.schema_document, name="schema"),
    path("api/docs/", pages.DocsView.as_view(), name="docs"),
    path("api/redoc/", pages.RedocView.as_view(), name="redoc"),
    path("api/v1/dictionaries/", DictionariesView.as_view(), name="dictionaries"),
]

"""Routes of matches."""

from django.urls import path

from applications.matching.views import ApplicationMatchView

urlpatterns = [
    path("applications/<uuid:public_id>/match/", ApplicationMatchView.as_view(), name="application-match"),
]

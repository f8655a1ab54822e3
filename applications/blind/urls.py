"""Routes of blind reviews."""

from django.urls import path

from applications.blind.views import BlindReviewView

urlpatterns = [
    path("jobs/<uuid:public_id>/blind-review/", BlindReviewView.as_view(), name="job-blind-review"),
]

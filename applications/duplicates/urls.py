"""Routes of likely duplicates."""

from django.urls import path

from applications.duplicates import views

ONE = "applications/<uuid:public_id>/duplicates"
urlpatterns = [
    path(f"{ONE}/", views.DuplicatesView.as_view(), name="application-duplicates"),
    path(f"{ONE}/<uuid:merge_id>/", views.MergeView.as_view(), name="application-duplicate"),
]

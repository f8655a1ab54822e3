"""Routes of the board."""

from django.urls import path

from applications.board import views

urlpatterns = [
    path("jobs/<uuid:public_id>/board/", views.BoardView.as_view(), name="job-board"),
    path(
        "jobs/<uuid:public_id>/board/<uuid:stage_id>/",
        views.ColumnViewSet.as_view({"get": "list"}),
        name="job-board-column",
    ),
]

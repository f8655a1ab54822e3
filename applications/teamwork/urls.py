"""Routes of a team's work."""

from django.urls import path

from applications.teamwork import views

ONE = "applications/<uuid:public_id>"
TAGS = "companies/<slug:slug>/tags"
Notes, Tags, Ratings = views.NoteViewSet, views.TagViewSet, views.RatingViewSet
urlpatterns = [
    path(f"{ONE}/notes/", Notes.as_view({"get": "list", "post": "create"}), name="application-notes"),
    path(
        f"{ONE}/notes/<uuid:note_id>/",
        Notes.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="application-note",
    ),
    path(f"{ONE}/tags/", views.ApplicationTagsView.as_view(), name="application-tags"),
    path(f"{ONE}/ratings/", Ratings.as_view({"get": "list", "put": "rate"}), name="application-ratings"),
    path(f"{ONE}/assignee/", views.AssigneeView.as_view(), name="application-assignee"),
    path(f"{TAGS}/", Tags.as_view({"get": "list", "post": "create"}), name="company-tags"),
    path(
        f"{TAGS}/<uuid:tag_id>/",
        Tags.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="company-tag",
    ),
]

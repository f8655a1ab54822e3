"""Routes of templates, stages and promises."""

from django.urls import path

from applications.pipeline import views

JOB = "jobs/<uuid:public_id>"
COMPANY = "companies/<slug:slug>"
urlpatterns = [
    path(
        f"{COMPANY}/stage-templates/",
        views.StageTemplateViewSet.as_view({"get": "list", "post": "create"}),
        name="stage-templates",
    ),
    path(
        f"{COMPANY}/stage-templates/<uuid:template_id>/",
        views.StageTemplateViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="stage-template",
    ),
    path(f"{COMPANY}/hiring-policy/", views.HiringPolicyView.as_view(), name="hiring-policy"),
    path(f"{JOB}/stages/", views.StageViewSet.as_view({"get": "list", "post": "create"}), name="job-stages"),
    path(f"{JOB}/stages/from-template/", views.UseTemplateView.as_view(), name="job-stages-from-template"),
    path(f"{JOB}/stages/<uuid:stage_id>/", views.StageViewSet.as_view({"patch": "partial_update"}), name="job-stage"),
    path(
        f"{JOB}/stages/<uuid:stage_id>/remove/",
        views.StageViewSet.as_view({"post": "remove"}),
        name="job-stage-remove",
    ),
    path(f"{JOB}/promise/", views.PromiseView.as_view(), name="job-promise"),
]

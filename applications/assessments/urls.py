"""Routes of assessments."""

from django.urls import path

from applications.assessments import views

urlpatterns = [
    path(
        "companies/<slug:slug>/questions/",
        views.BankQuestionViewSet.as_view({"get": "list", "post": "create"}),
        name="company-questions",
    ),
    path(
        "companies/<slug:slug>/questions/<uuid:question_id>/",
        views.BankQuestionViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="company-question",
    ),
    path("jobs/<uuid:public_id>/assessment/", views.JobAssessmentView.as_view(), name="job-assessment"),
    path(
        "jobs/<uuid:public_id>/assessment/ranking/",
        views.RankingViewSet.as_view({"get": "list"}),
        name="job-assessment-ranking",
    ),
    path("applications/<uuid:public_id>/assessment/", views.TakingView.as_view(), name="application-assessment"),
    path("applications/<uuid:public_id>/assessment/start/", views.StartView.as_view(), name="assessment-start"),
    path("applications/<uuid:public_id>/assessment/retakes/", views.RetakeView.as_view(), name="assessment-retakes"),
    path("attempts/<uuid:public_id>/", views.AttemptViewSet.as_view({"get": "retrieve"}), name="attempt"),
    path("attempts/<uuid:public_id>/submit/", views.AttemptViewSet.as_view({"post": "submit"}), name="attempt-submit"),
    path(
        "attempts/<uuid:public_id>/answers/<uuid:question_id>/",
        views.AttemptViewSet.as_view({"put": "save_answer"}),
        name="attempt-answer",
    ),
]

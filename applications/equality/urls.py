"""Routes of equality."""

from django.urls import path

from applications.equality import views

urlpatterns = [
    path(
        "applications/<uuid:public_id>/self-declaration/",
        views.SelfDeclarationView.as_view(),
        name="application-self-declaration",
    ),
    path(
        "companies/<slug:slug>/equality/",
        views.EqualityReportViewSet.as_view({"get": "list"}),
        name="company-equality",
    ),
]

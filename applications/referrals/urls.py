"""Routes of referral links."""

from django.urls import path

from applications.referrals.views import ReferralLinkViewSet, SourceView, VisitView

urlpatterns = [
    path(
        "jobs/<uuid:public_id>/referral-links/",
        ReferralLinkViewSet.as_view({"get": "list", "post": "create"}),
        name="referral-links",
    ),
    path("referrals/<str:code>/visit/", VisitView.as_view(), name="referral-visit"),
    path("applications/<uuid:public_id>/source/", SourceView.as_view(), name="application-source"),
]

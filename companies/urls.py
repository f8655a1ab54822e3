"""Routes of companies, below ``/api/v1/``."""

from django.urls import include, path

from companies import views
from companies.blocks.views import BlockViewSet
from umemployed.api.routers import ApiRouter

router = ApiRouter()
router.register("companies", views.CompanyViewSet, basename="company")
router.register("blocks", BlockViewSet, basename="block")

team = ApiRouter()
team.register("members", views.MemberViewSet, basename="member")
team.register("invitations", views.InvitationViewSet, basename="invitation")

urlpatterns = [
    *router.urls,
    path("companies/<slug:slug>/", include(team.urls)),
    path("invitations/<str:token>/accept/", views.AcceptInvitationView.as_view(), name="invitation-accept"),
]

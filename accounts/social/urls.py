"""Routes of signing in through a provider, below ``/api/v1/auth/social/``."""

from django.urls import path

from accounts.social import views
from umemployed.api.routers import ApiRouter

router = ApiRouter()
router.register("connections", views.ConnectionViewSet, basename="connection")

urlpatterns = [
    path("", views.ProvidersView.as_view(), name="social"),
    path("connections/start/", views.ConnectStartView.as_view(), name="connection-start"),
    path("connections/complete/", views.ConnectCompleteView.as_view(), name="connection-complete"),
    *router.urls,
    path("<slug:provider>/start/", views.StartView.as_view(), name="social-start"),
    path("<slug:provider>/complete/", views.CompleteView.as_view(), name="social-complete"),
]

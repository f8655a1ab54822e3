"""Routes of notifications, preferences and the unsubscribe page."""

from django.urls import include, path

from notifications.unsubscribe import UnsubscribeView
from notifications.views import NotificationViewSet, PreferencesView
from umemployed.api.routers import ApiRouter

router = ApiRouter()
router.register("notifications", NotificationViewSet, basename="notification")

urlpatterns = [
    path("notifications/preferences/", PreferencesView.as_view(), name="notification-preferences"),
    path("unsubscribe/<str:token>/", UnsubscribeView.as_view(), name="unsubscribe"),
    path("", include(router.urls)),
]

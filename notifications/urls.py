"""Routes of notifications and preferences, of the pages behind the links of mails, and of mail providers."""

from django.urls import include, path

from notifications.deliverability.views import PostmarkReportsView, ReportsView, SesReportsView
from notifications.mail_settings import MailSettingsView
from notifications.unsubscribe import UnsubscribeView
from notifications.views import NotificationViewSet, PreferencesView
from umemployed.api.routers import ApiRouter

router = ApiRouter()
router.register("notifications", NotificationViewSet, basename="notification")

urlpatterns = [
    path("notifications/preferences/", PreferencesView.as_view(), name="notification-preferences"),
    path("mail/reports/", ReportsView.as_view(), name="mail-reports"),
    path("mail/reports/postmark/", PostmarkReportsView.as_view(), name="mail-reports-postmark"),
    path("mail/reports/ses/", SesReportsView.as_view(), name="mail-reports-ses"),
    path("mail/settings/<str:token>/", MailSettingsView.as_view(), name="mail-settings"),
    path("unsubscribe/<str:token>/", UnsubscribeView.as_view(), name="unsubscribe"),
    path("", include(router.urls)),
]

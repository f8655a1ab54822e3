"""The roof's table of URLs: every app hangs its own routes here."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from umemployed.realtime.urls import page_patterns

urlpatterns = [
    path("", include("umemployed.api.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("resumes.urls")),
    path("api/v1/", include("subscriptions.urls")),
    path("api/v1/", include("accounts.urls")),
    path("api/v1/", include("accounts.privacy.urls")),
    path("api/v1/", include("companies.urls")),
    path("api/v1/", include("jobs.urls")),
    path("api/v1/", include("notifications.urls")),
    path("api/v1/", include("applications.urls")),
    path("api/v1/", include("umemployed.files.urls")),
    path("api/v1/", include("messaging.urls")),
    path("api/v1/", include("umemployed.realtime.urls")),
    path("", include("jobs.distribution.urls")),
    path("realtime/", include(page_patterns)),
]
if settings.LOCAL:  # a house without a frontend answers the links of its mails itself
    urlpatterns.append(path("", include("umemployed.embedded.urls")))

handler400 = "umemployed.api.problems.bad_request"
handler403 = "umemployed.api.problems.permission_denied"
handler404 = "umemployed.api.problems.not_found"
handler500 = "umemployed.api.problems.server_error"

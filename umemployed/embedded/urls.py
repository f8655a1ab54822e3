"""Where mails lead to in a house without a frontend; at the frontend's addresses, so without closing slashes."""

from django.urls import path

from umemployed.embedded.pages import page

urlpatterns = [
    path("applications/<uuid:id>", page, {"name": "application"}),
    path("conversations/<uuid:id>", page, {"name": "conversation"}),
    *(
        path(name, page, {"name": name}, name=f"page-{name}")
        for name in (
            *("verify-email", "reset-password", "change-email", "accept-invitation"),
            *("register", "forgot-password", "login", "notifications"),
        )
    ),
]

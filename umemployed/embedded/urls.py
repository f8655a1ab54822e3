"""Where mails lead to in a house without a frontend, at the frontend's addresses (no closing slashes); its outbox."""

from django.urls import path

from umemployed.embedded.outbox import mail, mail_html, outbox
from umemployed.embedded.pages import page

urlpatterns = [
    path("outbox/", outbox, name="outbox"),
    path("outbox/<str:name>/", mail, name="outbox-mail"),
    path("outbox/<str:name>/html/", mail_html, name="outbox-mail-html"),
    path("applications/<uuid:id>", page, {"name": "application"}),
    path("jobs/<uuid:id>", page, {"name": "job"}),
    path("conversations/<uuid:id>", page, {"name": "conversation"}),
    *(
        path(name, page, {"name": name}, name=f"page-{name}")
        for name in (
            *("verify-email", "reset-password", "change-email", "accept-invitation"),
            *("register", "forgot-password", "login", "notifications"),
        )
    ),
]

"""The mails in the admin: what waits, what failed and why, and the button to try again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import display

from notifications.mail.breaker import ask_again
from notifications.mail.models import Mail, MailServer, MailStatus
from notifications.mail.services import retry_mails
from umemployed.api.actor import actor_of
from umemployed.api.admin import RecordAdmin


@admin.register(Mail)
class MailAdmin(ModelAdmin):
    """Read-only but for the retry: a mail is made by a fact."""

    list_display = ["kind", "to_address", "state", "queue", "attempts", "due_at", "sent_at", "last_error"]
    list_filter = ["status", "queue", "kind"]
    search_fields = ["=to_address", "=public_id"]
    search_help_text = _("Exact address, or the part of the Message-ID before the @")
    list_select_related = ["recipient"]
    readonly_fields = [field.name for field in Mail._meta.fields]
    show_full_result_count = False
    actions = ["send_again"]

    @display(
        description=_("status"),
        label={
            MailStatus.QUEUED: "info",
            MailStatus.SENDING: "warning",
            MailStatus.SENT: "success",
            MailStatus.FAILED: "danger",
        },
    )
    def state(self, mail: Mail) -> tuple[str, str]:
        """Colour the status."""
        return mail.status, mail.get_status_display()

    @admin.action(description=_("Send the failed ones again"))
    def send_again(self, request: HttpRequest, mails: QuerySet[Mail]) -> None:
        """Put the failed mails of the selection back into their queue."""
        count = retry_mails(actor=actor_of(request), mail_ids=mails.values_list("pk", flat=True))
        said = ngettext("%d mail is sent again.", "%d mails are sent again.", count) % count
        self.message_user(request, said, messages.SUCCESS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(MailServer)
class MailServerAdmin(RecordAdmin):
    """The circuit breaker: which server is out, since when, and the button to ask it at once."""

    list_display = ("name", "state", "failures", "out_since", "probed_at", "last_error", "updated_at")
    actions = ("ask",)

    @display(description=_("state"), label={"out": "danger", "fine": "success"})
    def state(self, server: MailServer) -> tuple[str, str]:
        """Say whether mails are sent there."""
        return ("out", str(_("out"))) if server.out_since else ("fine", str(_("takes mails")))

    def has_ask_permission(self, request: HttpRequest) -> bool:
        """Say whether this person may have a server probed."""
        return request.user.has_perm("notifications.change_mailserver")

    @admin.action(description=_("Ask the servers that are out now"), permissions=["ask"])
    def ask(self, request: HttpRequest, servers: QuerySet[MailServer]) -> None:
        """Do not wait for the next probe."""
        count = ask_again(actor=actor_of(request), ids=servers.values_list("pk", flat=True))
        said = ngettext("%d server is asked.", "%d servers are asked.", count) % count
        self.message_user(request, said, messages.SUCCESS)

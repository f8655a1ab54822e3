"""Connections in the admin. The library's own tables stay empty here, so they are not shown."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from social_django.models import Association, Nonce, UserSocialAuth
from unfold.admin import ModelAdmin

from accounts.models import Connection
from accounts.social.services import remove_connection
from umemployed.api.actor import actor_of
from umemployed.api.admin import ReadOnly

admin.site.unregister([Association, Nonce, UserSocialAuth])


@admin.register(Connection)
class ConnectionAdmin(ReadOnly, ModelAdmin):
    """Who signs in through which provider; connections can be taken away, not edited."""

    list_display = ["user", "provider", "issuer", "subject", "email", "created_at", "last_used_at"]
    list_filter = ["provider"]
    search_fields = ["user__email", "email", "=subject", "=public_id"]
    list_select_related = ["user"]
    ordering = ["-pk"]
    show_full_result_count = False
    actions = ["remove"]

    def has_remove_permission(self, request: HttpRequest) -> bool:
        """Say who may take connections away: those who may change people."""
        return request.user.has_perm("accounts.change_user")

    @admin.action(description=_("Take away: the person is told by mail"), permissions=["remove"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Connection]) -> None:
        """Take the chosen connections away."""
        chosen = list(queryset.order_by("pk"))
        for connection in chosen:
            remove_connection(actor=actor_of(request), connection=connection)
        count = len(chosen)
        text = ngettext("%(count)d connection taken away.", "%(count)d connections taken away.", count)
        self.message_user(request, text % {"count": count})

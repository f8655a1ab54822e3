"""People and their sessions in the admin. Whatever has consequences goes through the services."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts import services
from accounts.models import Session, User
from accounts.social.admin import ConnectionAdmin
from umemployed.api.actor import actor_of
from umemployed.api.admin import ReadOnly
from umemployed.api.errors import Forbidden
from umemployed.audit.record import record
from umemployed.privacy.reads import ReadsAreAudited

__all__ = ["ConnectionAdmin", "SessionAdmin", "UserAdmin"]


RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


class SessionInline(ReadOnly, TabularInline):
    model = Session
    fields = ["device", "address", "created_at", "last_seen_at", "expires_at", "revoked_at", "revoked_reason"]
    readonly_fields = fields
    ordering = ["-pk"]
    per_page = 10
    extra = 0


@admin.register(User)
class UserAdmin(ReadsAreAudited, DjangoUserAdmin, ModelAdmin):
    """Find a person, see where they are signed in, suspend or restore them, set a password.

    Rights are given by superusers alone, and nobody else edits a superuser: whoever may edit people could otherwise
    become one. An address is moved by its owner, who proves the new one. People are suspended, or erase themselves.
    """

    form, add_form, change_password_form = UserChangeForm, UserCreationForm, AdminPasswordChangeForm
    list_display = ["email", "full_name", "is_verified", "has_two_steps", "is_active", "is_staff", "created_at"]
    list_filter = [
        "is_active",
        "is_staff",
        "is_superuser",
        ("email_verified_at", admin.EmptyFieldListFilter),
        ("mfa_enabled_at", admin.EmptyFieldListFilter),
        "language",
    ]
    search_fields = ["email", "full_name", "=public_id"]
    ordering = ["-pk"]
    show_full_result_count = False
    filter_horizontal = ["groups", "user_permissions"]
    standing = ("is_active", "email_verified_at", "mfa_enabled_at", "public_id", "created_at", "last_login")
    readonly_fields = [*standing, "updated_at"]
    fieldsets = [
        (None, {"fields": ["email", "password", "full_name", "language", "timezone"]}),
        (
            _("Standing"),
            {"fields": standing},
        ),
        (_("Rights"), {"fields": RIGHTS}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "full_name", "password1", "password2"]})]
    inlines = [SessionInline]
    actions = ["suspend", "restore"]

    @display(description=_("e-mail verified"), boolean=True)
    def is_verified(self, user: User) -> bool:
        """Say whether the address was proved."""
        return user.has_verified_email()

    @display(description=_("two steps"), boolean=True)
    def has_two_steps(self, user: User) -> bool:
        """Say whether signing in asks for a code."""
        return user.has_mfa()

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let only superusers edit a superuser, their password included."""
        guarded = obj is not None and obj.is_superuser and not actor_of(request).is_superuser
        return not guarded and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Show the address of who exists, and rights to those who may not give them, without a field to type in."""
        own = list(super().get_readonly_fields(request, obj))
        return own + (["email"] if obj else []) + ([] if actor_of(request).is_superuser else list(RIGHTS))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Record who gave which rights to whom."""
        super().save_related(request, form, formsets, change)
        changed = sorted(set(form.changed_data) & set(RIGHTS))
        if changed:
            user = form.instance
            record(
                "user:rights_changed",
                actor=actor_of(request),
                target=user,
                fields=changed,
                is_staff=user.is_staff,
                is_superuser=user.is_superuser,
                groups=sorted(user.groups.values_list("name", flat=True)),
                permissions=sorted(user.user_permissions.values_list("codename", flat=True)),
            )

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[type[TabularInline]]:
        return self.inlines if obj else []

    @admin.action(description=_("Suspend: end every session at once"))
    def suspend(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Suspend the chosen people."""
        self._for_each(request, queryset, services.suspend_user)

    @admin.action(description=_("Restore"))
    def restore(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Restore the chosen people."""
        self._for_each(request, queryset, services.restore_user)

    def _for_each(self, request: HttpRequest, queryset: QuerySet[User], verb: Any) -> None:
        done = 0
        for user_id in queryset.order_by("pk").values_list("pk", flat=True):
            try:
                verb(actor=actor_of(request), user_id=user_id)
                done += 1
            except Forbidden:
                self.message_user(request, _("You may not do this to yourself or to a superuser."), messages.WARNING)
        text = ngettext("%(count)d person changed.", "%(count)d people changed.", done) % {"count": done}
        self.message_user(request, text)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Set somebody's password; as whenever a password changes, their sessions end."""
        with transaction.atomic():
            before = User.objects.filter(pk=id).values_list("password", flat=True).first()
            response = super().user_change_password(request, id, form_url)
            user = User.objects.filter(pk=id).first()
            if user is not None and user.password != before:
                services.note_password_set(actor=actor_of(request), user=user)
        return response


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """Rights under one name; superusers alone change them, and each change is recorded."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return actor_of(request).is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return actor_of(request).is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return actor_of(request).is_superuser

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Record what the group may do now."""
        super().save_related(request, form, formsets, change)
        rights = sorted(form.instance.permissions.values_list("codename", flat=True))
        record("group:changed", actor=actor_of(request), target=form.instance, permissions=rights)

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        record("group:deleted", actor=actor_of(request), target=obj, name=obj.name)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Group]) -> None:
        for group in queryset:
            record("group:deleted", actor=actor_of(request), target=group, name=group.name)
        super().delete_queryset(request, queryset)


@admin.register(Session)
class SessionAdmin(ReadOnly, ModelAdmin):
    """Who is signed in where; sessions can be ended, not edited."""

    list_display = ["user", "device", "address", "created_at", "last_seen_at", "expires_at", "revoked_reason"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), "revoked_reason"]
    search_fields = ["user__email", "=address", "=public_id"]
    list_select_related = ["user"]
    ordering = ["-pk"]
    show_full_result_count = False
    actions = ["end"]

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Say who may end sessions: those who may change people."""
        return request.user.has_perm("accounts.change_user")

    @admin.action(description=_("End at once"), permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        """End the chosen sessions."""
        actor, reason = actor_of(request), Session.EndReason.REVOKED
        ended: int = sum(
            services.end_sessions(user=session.user, reason=reason, only=session, actor=actor)
            for session in queryset.select_related("user").order_by("pk")
        )
        text = ngettext("%(count)d session ended.", "%(count)d sessions ended.", ended) % {"count": ended}
        self.message_user(request, text)

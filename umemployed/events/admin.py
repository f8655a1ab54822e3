"""Staff's view of the outbox: what happened, who still waits for it, and a way to try again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import TabularInline

from umemployed.api.actor import actor_of
from umemployed.api.admin import RecordAdmin
from umemployed.audit.record import record
from umemployed.events.bell import ring_bell
from umemployed.events.log import HANDLERS, TOPICS
from umemployed.events.models import Delivery, EventRecord


class RegistryFilter(admin.SimpleListFilter):
    """A filter whose choices come from the code; asking a huge table for DISTINCT would read all of it."""

    field = ""

    def names(self) -> list[str]:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted(self.names())]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return queryset.filter(**{self.field: self.value()}) if self.value() else queryset


class TopicFilter(RegistryFilter):
    title, parameter_name, field = _("topic"), "topic", "topic"

    def names(self) -> list[str]:
        return list(TOPICS)


class EventTopicFilter(TopicFilter):
    field = "event__topic"


class HandlerFilter(RegistryFilter):
    title, parameter_name, field = _("handler"), "handler", "handler"

    def names(self) -> list[str]:
        return list({name for handlers in HANDLERS.values() for name in handlers})


class DeliveryInline(TabularInline):
    model = Delivery
    extra = 0
    can_delete = False
    fields = readonly_fields = ("handler", "status", "attempts", "failures", "next_attempt_at", "done_at", "last_error")

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(EventRecord)
class EventRecordAdmin(RecordAdmin):
    list_display = ("id", "topic", "aggregate", "actor", "request_id", "occurred_at")
    list_filter = (TopicFilter,)
    list_select_related = ("actor",)
    search_fields = ("aggregate__exact", "public_id__exact")
    search_help_text = _("The aggregate (app.model:id) or the event's public id, in full")
    inlines = (DeliveryInline,)


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    list_display = ("id", "topic", "handler", "aggregate", "status", "attempts", "failures", "next_attempt_at", "error")
    list_filter = ("status", HandlerFilter, EventTopicFilter)
    list_select_related = ("event",)
    search_fields = ("aggregate__exact",)
    search_help_text = _("The aggregate (app.model:id), in full")
    actions = ("retry",)

    @admin.display(description=_("topic"))
    def topic(self, delivery: Delivery) -> str:
        return delivery.event.topic

    @admin.display(description=_("last error"))
    def error(self, delivery: Delivery) -> str:
        return delivery.last_error[:80]

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.change_delivery")

    @admin.action(description=_("Try dead letters again"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: models.QuerySet[Delivery]) -> None:
        with transaction.atomic():
            count = queryset.filter(status=Delivery.Status.DEAD).update(
                status=Delivery.Status.PENDING, attempts=0, failures=0, next_attempt_at=timezone.now()
            )
            record("delivery:retried", actor=actor_of(request), count=count)
            transaction.on_commit(ring_bell)
        self.message_user(request, ngettext("%d is on its way again.", "%d are on their way again.", count) % count)

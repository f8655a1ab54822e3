"""The home of the admin: a work queue for staff, and the sidebar. Part of the roof; unfold calls it by name."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.db.models import Count, Min, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from accounts.models import User
from applications.insight.house import hiring_of_the_house
from applications.models import Application
from companies.models import Company
from jobs.models import Job, JobCase
from notifications.models import Mail, MailStatus
from umemployed.events.models import Delivery

LATEST = 5  # rows of a table on the page

# Material Symbols come with unfold's own static files: no picture is fetched from elsewhere.
GROUPS = ("accounts", "companies", "jobs", "applications", "messaging", "resumes", "subscriptions", "notifications")
ICONS = {
    "user": "person",
    "group": "groups",
    "session": "devices",
    "connection": "link",
    "emailtoken": "key",
    "company": "apartment",
    "membership": "badge",
    "block": "block",
    "invitation": "forward_to_inbox",
    "job": "work",
    "jobcase": "gavel",
    "jobreport": "flag",
    "fraudsignal": "warning",
    "savedjob": "bookmark",
    "savedsearch": "saved_search",
    "searchanchor": "anchor",
    "alertmatch": "notifications",
    "hiddenjob": "visibility_off",
    "dailycount": "bar_chart",
    "application": "assignment_ind",
    "applicationevent": "history",
    "conversation": "forum",
    "message": "chat",
    "participant": "group",
    "attachment": "attach_file",
    "messagetemplate": "quick_phrases",
    "report": "flag",
    "resume": "description",
    "skill": "psychology",
    "skillalias": "label",
    "plan": "sell",
    "subscription": "credit_card",
    "usage": "speed",
    "notification": "notifications",
    "notificationpreference": "tune",
    "notificationhours": "schedule",
    "mail": "mail",
    "mailserver": "dns",
    "mailreport": "mark_email_unread",
    "suppressedaddress": "unsubscribe",
    "eventrecord": "event_note",
    "delivery": "local_shipping",
    "auditentry": "fact_check",
    "storedfile": "attach_file",
}


@dataclass(frozen=True)
class Card:
    """One number of the work queue, where to go with it, and whether somebody must act."""

    title: str
    value: int
    url: str
    note: str = ""
    urgent: bool = False


def environment(request: HttpRequest) -> list[str] | None:
    """Return the badge that says which house this is; production has none."""
    return [settings.ENVIRONMENT, "info"] if settings.LOCAL else None


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the sidebar: a group for each app, the ground last; only what this person may see."""
    apps = {app["app_label"]: app for app in admin.site.get_app_list(request)}
    labels = [label for label in GROUPS if label in apps] + [label for label in apps if label not in GROUPS]
    home = {"title": _("Work queue"), "icon": "home", "link": reverse("admin:index")}
    return [{"items": [home]}] + [
        {"title": apps[label]["name"], "separator": True, "collapsible": True, "items": items_of(apps[label])}
        for label in labels
    ]


def items_of(app: dict[str, Any]) -> list[dict[str, Any]]:
    """Return an app's tables as items of the sidebar."""
    return [
        {
            "title": model["name"],
            "icon": ICONS.get(model["object_name"].lower(), "table_rows"),
            "link": model["admin_url"],
        }
        for model in app["models"]
        if model["admin_url"]
    ]


def work_queue(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Fill the home page with what this person may see; fifteen queries, however full the tables are."""
    context |= {"cards": [], "failed_mails": [], "dead_letters": []}
    if may_see(request, Mail):
        add_mails(context)
    if may_see(request, Delivery):
        add_facts(context)
    if may_see(request, Job):
        context["cards"].append(Card(_("Jobs live now"), Job.objects.published().count(), listing(Job)))
    if may_see(request, JobCase):
        waiting = JobCase.cases.to_be_judged().count()
        card = Card(_("Jobs to look at"), waiting, listing(JobCase), _("reported, or with signals"), urgent=waiting > 0)
        context["cards"].append(card)
    for model, title in ((User, _("New today: people")), (Company, _("New today: companies"))):
        if may_see(request, model):
            context["cards"].append(Card(title, since_midnight(model), listing(model)))
    if may_see(request, Application):
        context["hiring"] = charts_of(hiring_of_the_house())
    return context


def charts_of(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of hiring as the page draws them; every number stands there as text, too."""
    top = max((row["applications"] for row in figures["days"]), default=0) or 1
    widest = max((row["entered"] for row in figures["funnel"]), default=0) or 1
    counted = ("entered", "in_it_now", "hired", "rejected", "withdrawn")
    seconds = figures["from_application"]["median_seconds"]
    return {
        "total": figures["total"],
        "is_part": figures["is_part"],
        "median": "" if seconds is None else timesince(timezone.now() - timedelta(seconds=seconds)),
        "days_said": _("Applications by day, from %(first)s to %(last)s; %(most)s on the busiest.")
        % {"first": figures["days"][0]["day"], "last": figures["days"][-1]["day"], "most": top},
        "bars": [bar_of(number, row, top) for number, row in enumerate(figures["days"])],
        "headers": [_("Stage"), _("came"), _("are in it"), _("hired"), _("rejected"), _("withdrawn")],
        "rows": [
            {
                "name": row["name"],
                "counts": [row[name] for name in counted],
                "share": 100 * row["entered"] // widest,
            }
            for row in figures["funnel"]
        ],
    }


def bar_of(number: int, row: dict[str, Any], top: int) -> dict[str, Any]:
    """Return one day's bar in a drawing of 300 by 60."""
    height = 58 * row["applications"] // top
    return {"x": 10 * number + 1, "y": 60 - height, "height": height, "said": f"{row['day']}: {row['applications']}"}


def may_see(request: HttpRequest, model: type[models.Model]) -> bool:
    """Say whether this person may look at a table."""
    return request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")


def add_mails(context: dict[str, Any]) -> None:
    """Add the mails that failed and those on their way."""
    failed = Mail.objects.filter(status=MailStatus.FAILED)
    queue = Mail.objects.filter(status__in=[MailStatus.QUEUED, MailStatus.SENDING])
    found = queue.aggregate(n=Count("pk"), since=Min("due_at"))
    context["cards"] += [
        failing(_("Failed mails"), failed.count(), listing(Mail, "status__exact=failed")),
        waiting(_("Mails on their way"), found, listing(Mail)),
    ]
    context["failed_mails"] = [[mail.kind, mail.to_address, mail.last_error, link_to(mail)] for mail in failed[:LATEST]]


def add_facts(context: dict[str, Any]) -> None:
    """Add the facts that could not be told and those on their way."""
    dead = Delivery.objects.filter(status=Delivery.Status.DEAD).select_related("event")
    queue = Delivery.objects.filter(status=Delivery.Status.PENDING)
    found = queue.aggregate(n=Count("pk"), since=Min("next_attempt_at"))
    context["cards"] += [
        failing(_("Dead letters"), dead.count(), listing(Delivery, "status__exact=dead")),
        waiting(_("Facts on their way"), found, listing(Delivery)),
    ]
    context["dead_letters"] = [
        [letter.event.topic, letter.handler, letter.last_error, link_to(letter)] for letter in dead[:LATEST]
    ]


def failing(title: str, count: int, url: str) -> Card:
    """Return the card of something that waits for a person."""
    return Card(
        title, count, url, _("Look at the reasons and send again.") if count else _("Nothing to do."), count > 0
    )


def waiting(title: str, found: dict[str, Any], url: str) -> Card:
    """Return the card of something that goes by itself, unless the oldest has waited too long."""
    late = found["since"] is not None and found["since"] < timezone.now() - timedelta(minutes=15)
    note = _("The oldest is due for %(time)s.") % {"time": timesince(found["since"])} if late else ""
    return Card(title, found["n"], url, note, late)


def listing(model: type[models.Model], query: str = "") -> str:
    """Return the address of a model's list, or '' while it is not in the admin."""
    if not admin.site.is_registered(model):
        return ""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{query}" if query else address


def link_to(row: models.Model) -> str:
    """Return the address of a row's page."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def since_midnight(model: Any) -> int:
    """Count the rows made today (UTC), by the time that their public ids begin with."""
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return model.objects.filter(Q(public_id__gte=first_id_of(midnight))).count()


def first_id_of(moment: datetime) -> uuid.UUID:
    """Return the smallest UUIDv7 of a moment: its first 48 bits are milliseconds since 1970."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)

"""What the figures of hiring are: each a fixed number of statements, whatever the number of applications.

A report is about a cohort: applications that were sent within a period. What became of them later counts, so a young
cohort is unfinished. A person who applied again counts again. PostgreSQL counts; Python only lays stages side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Lower, Trim, TruncDate

from applications.blind.conditions import veiled
from applications.insight.percentiles import Percentile
from applications.models.core import Application, ApplicationEvent, Stage
from applications.querysets import ApplicationQuerySet
from applications.vocabulary import EventKind, StageKind, Status
from jobs.models import Job

MOST_SOURCES = 50  # told one by one; the CSV has all
MOST_DAYS = 366
REFERRED = "referral"
HIDDEN = "hidden"
ENDS = (EventKind.HIRED, EventKind.REJECTED, EventKind.WITHDRAWN)
UNDO = (EventKind.RESTORED, EventKind.WITHDRAWN)
OUTCOMES = {
    "in_it_now": Status.ACTIVE,
    "hired": Status.HIRED,
    "rejected": Status.REJECTED,
    "withdrawn": Status.WITHDRAWN,
}


def sent_within(applications: ApplicationQuerySet, since: date | None, until: date | None) -> ApplicationQuerySet:
    """Return those sent from the beginning of ``since`` to the end of ``until``, days of UTC."""
    if since is not None:
        applications = applications.filter(created_at__gte=datetime.combine(since, time.min, UTC))
    if until is not None:
        applications = applications.filter(created_at__lte=datetime.combine(until, time.max, UTC))
    return applications.order_by()


def history_of(applications: ApplicationQuerySet) -> QuerySet[ApplicationEvent]:
    """Return every row of the cohort's history, without order."""
    return ApplicationEvent.objects.filter(application__in=applications.values("pk")).order_by()


def places(job: Job | None) -> list[dict[str, Any]]:
    """Return what the rows of a report are about: the stages of one job, or the kinds of stages of all; in order.

    A stage that was taken out comes last. One query for a job, none without.
    """
    if job is None:
        return [{"key": kind.value, "stage": None, "name": str(kind.label), "kind": kind.value} for kind in StageKind]
    stages = Stage.objects.filter(job=job).order_by(F("position").asc(nulls_last=True), "pk")
    return [{"key": one.pk, "stage": one.public_id, "name": one.name, "kind": one.kind} for one in stages]


def laid_out(found: list[dict[str, Any]], job: Job | None, empty: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one row per place, with the figures that were found for it or the empty ones."""
    by_key = {row["key"]: row for row in found}
    return [{**empty, **by_key.get(place["key"], {}), **place} for place in places(job)]


# --- The funnel ------------------------------------------------------------------------------------
def funnel(applications: ApplicationQuerySet, job: Job | None = None) -> list[dict[str, Any]]:
    """Return for each place how many applications came into it, and where those are now; four queries at most.

    ``entered`` is the sum of all else: who is not in it any more left forward or back, by the last time that they
    left; who is in it is active, hired, rejected or withdrawn.
    """
    part = "_id" if job else "__kind"
    entered = history_of(applications).values(key=F(f"to_stage{part}"))
    entered = entered.annotate(entered=Count("application", distinct=True))
    ended = applications.values(key=F(f"stage{part}")).annotate(
        **{name: Count("pk", filter=Q(status=status)) for name, status in OUTCOMES.items()}
    )
    figures: dict[Any, dict[str, Any]] = {}
    for row in [*entered, *ended, *departures(applications, part)]:
        figures.setdefault(row["key"], {}).update(row)
    empty = dict.fromkeys(("entered", "left_forward", "left_back", *OUTCOMES), 0)
    return laid_out(list(figures.values()), job, empty)


def departures(applications: ApplicationQuerySet, part: str) -> list[dict[str, Any]]:
    """Return for each place how many left it for good, forward and back; one query.

    Forward is to a later position. What was in a stage that was taken out went back, for it has no position.
    """
    origin, goal, present = (f"{name}{part}" for name in ("from_stage", "to_stage", "application__stage"))
    left = history_of(applications).filter(
        ~Q(**{origin: F(goal)}), ~Q(**{origin: F(present)}), from_stage__isnull=False
    )
    last = left.order_by("application_id", origin, "-pk").distinct("application_id", origin)
    forward = Count("pk", filter=Q(to_stage__position__gt=F("from_stage__position")))
    rows = ApplicationEvent.objects.filter(pk__in=last.values("pk")).order_by().values(key=F(origin))
    return [
        {"key": row["key"], "left_forward": row["forward"], "left_back": row["total"] - row["forward"]}
        for row in rows.annotate(forward=forward, total=Count("pk"))
    ]


# --- Time --------------------------------------------------------------------------------------------
def time_in_stage(applications: ApplicationQuerySet, job: Job | None = None) -> list[dict[str, Any]]:
    """Return for each place how long stays took that are over, in seconds; two queries at most.

    A stay ends with a move or a decision. One that was taken back did not end it.
    """
    undone = ApplicationEvent.objects.filter(application=OuterRef("application"), pk__gt=OuterRef("pk"), kind__in=UNDO)
    over = ~Q(from_stage=F("to_stage")) | (Q(kind__in=ENDS) & ~Exists(undone))
    stays = history_of(applications).filter(over, dwell__isnull=False, from_stage__isnull=False)
    rows = stays.values(key=F("from_stage" if job else "from_stage__kind")).annotate(
        stays=Count("pk"), median=Percentile("dwell", 0.5), p90=Percentile("dwell", 0.9)
    )
    found = [
        {"key": row["key"], "stays": row["stays"], **seconds(median=row["median"], p90=row["p90"])} for row in rows
    ]
    return laid_out(found, job, {"stays": 0, "median_seconds": None, "p90_seconds": None})


def time_to_hire(applications: ApplicationQuerySet) -> dict[str, Any]:
    """Return how long hires took, from the application and from the posting's publication; one query."""
    waited, open_for = F("decided_at") - F("created_at"), F("decided_at") - F("job__published_at")
    posted = Q(job__published_at__lte=F("decided_at"))
    figures = applications.filter(status=Status.HIRED).aggregate(
        hires=Count("pk"),
        median=Percentile(waited, 0.5),
        p90=Percentile(waited, 0.9),
        posted_median=Percentile(open_for, 0.5, filter=posted),
        posted_p90=Percentile(open_for, 0.9, filter=posted),
    )
    return {
        "hires": figures["hires"],
        "from_application": seconds(median=figures["median"], p90=figures["p90"]),
        "from_posting": seconds(median=figures["posted_median"], p90=figures["posted_p90"]),
    }


def seconds(**durations: timedelta | None) -> dict[str, int | None]:
    """Return whole seconds, each under its name and the unit."""
    return {f"{name}_seconds": None if one is None else int(one.total_seconds()) for name, one in durations.items()}


# --- Sources, jobs, days -----------------------------------------------------------------------------
def counted(applications: ApplicationQuerySet) -> dict[str, Count]:
    """Return what is counted of a group of applications. An interview is having come to a stage of that kind."""
    met = history_of(applications).filter(to_stage__kind=StageKind.INTERVIEW).values("application")
    return {
        "applications": Count("pk"),
        "interviews": Count("pk", filter=Q(pk__in=met)),
        "hires": Count("pk", filter=Q(status=Status.HIRED)),
    }


def by_source(applications: ApplicationQuerySet) -> QuerySet[Application, dict[str, Any]]:
    """Return one row per source, the busiest first; upper and lower case are the same. One query when read.

    Who named none and came by a colleague's link counts under REFERRED, and who is read blind under HIDDEN: what
    candidates write there is free text, and may be their name.
    """
    name = Case(
        When(veiled(), then=Value(HIDDEN)),
        When(source="", referral__isnull=False, then=Value(REFERRED)),
        default=Lower(Trim("source")),
        output_field=CharField(),
    )
    rows = applications.values(name=name).annotate(**counted(applications))
    return rows.order_by("-applications", "name")


def sources(applications: ApplicationQuerySet) -> dict[str, Any]:
    """Return the busiest sources and the sum of all others; two queries."""
    shown = list(by_source(applications)[:MOST_SOURCES])
    total = applications.aggregate(**counted(applications))
    others = {name: count - sum(row[name] for row in shown) for name, count in total.items()}
    return {"sources": shown, "others": others}


def by_day(applications: ApplicationQuerySet) -> list[dict[str, Any]]:
    """Return how many were sent on each day of UTC, the newest MOST_DAYS that have any; one query."""
    days = applications.values(day=TruncDate("created_at", tzinfo=UTC)).annotate(applications=Count("pk"))
    return list(days.order_by("-day")[:MOST_DAYS])


def by_job(applications: ApplicationQuerySet) -> Iterator[dict[str, Any]]:
    """Yield one row per job that somebody applied to; one query, read in pieces."""
    waited = Percentile(F("decided_at") - F("created_at"), 0.5, filter=Q(status=Status.HIRED))
    rows = applications.values("job__public_id", "job__title").annotate(**counted(applications), waited=waited)
    for row in rows.order_by("job__public_id").iterator():
        yield {
            "job": row["job__public_id"],
            "title": row["job__title"],
            **{name: row[name] for name in ("applications", "interviews", "hires")},
            **seconds(median_to_hire=row["waited"]),
        }

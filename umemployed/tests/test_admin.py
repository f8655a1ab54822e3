"""The admin of every app opens, searches and costs the same for twelve rows as for two."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import make_user
from applications.insight import house
from applications.services import hire_candidate, move_application
from applications.tests.factories import make_application
from companies.models import Company
from companies.tests.factories import make_company
from jobs.tests.factories import make_job
from notifications.models import MailStatus
from notifications.tests.factories import make_mail, make_preference
from umemployed.audit.record import record
from umemployed.dashboard import first_id_of
from umemployed.events.models import Delivery, EventRecord
from umemployed.files.tests.factories import make_file

SNAKE = re.compile(r"(?<!^)(?=[A-Z])")
REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)


def factory_of(model: type[models.Model]) -> Callable[..., models.Model]:
    """Find ``make_<model>`` in the tests of the model's sub-package, or of its app."""
    room = model.__module__.partition(".models")[0]
    name = f"make_{SNAKE.sub('_', model.__name__).lower()}"
    if name in globals():
        return globals()[name]
    for place in (room, room.partition(".")[0]):
        if find_spec(f"{place}.tests") and find_spec(f"{place}.tests.factories"):
            found = getattr(import_module(f"{place}.tests.factories"), name, None)
            if found is not None:
                return found
    path = f"{room.replace('.', '/')}/tests/factories.py"
    pytest.fail(f"Write {name}() in {path}, so that the admin of {model.__name__} is tried.")


@pytest.fixture
def staff(client: Client, dana: User) -> Client:
    client.force_login(dana)
    return client


def url_of(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def cost_of(staff: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = staff.get(url)
    assert response.status_code == 200, url
    return len(queries)


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_a_table_opens_searches_and_costs_the_same_for_twelve_rows_as_for_two(
    staff: Client, model: type[models.Model]
) -> None:
    make = factory_of(model)
    rows = [make() for _ in range(2)]
    urls = [url_of(model, "changelist")]
    if admin.site._registry[model].search_fields:
        urls.append(urls[0] + "?q=a")
    for url in urls:
        cost_of(staff, url)  # warms the caches of content types and permissions
    few = [cost_of(staff, url) for url in urls]
    rows += [make() for _ in range(10)]
    assert [cost_of(staff, url) for url in urls] == few
    assert cost_of(staff, url_of(model, "change", rows[0].pk)) <= 20


def test_the_home_is_a_work_queue_of_at_most_seventeen_queries(staff: Client) -> None:
    make_mail(status=MailStatus.FAILED, last_error="SMTPDataError: 554 no", kind="password_reset")
    letter = make_delivery(status=Delivery.Status.DEAD, last_error="ZeroDivisionError")
    make_company()
    url = reverse("admin:index")
    cost_of(staff, url)
    assert cost_of(staff, url) <= 17
    page = staff.get(url).content.decode()
    assert "SMTPDataError: 554 no" in page
    assert reverse("admin:events_delivery_change", args=[letter.pk]) in page
    numbers = {card.title: card.value for card in staff.get(url).context["cards"]}
    assert numbers["Failed mails"] == numbers["Dead letters"] == numbers["New today: companies"] == 1
    assert numbers["New today: people"] == User.objects.count()


def test_the_home_draws_the_funnel_of_hiring_and_says_every_figure(staff: Client, bob: User, acme: Company) -> None:
    job = make_job(company=acme)
    moved, hired, _waiting = (make_application(job=job) for _ in range(3))
    interview = job.stages.get(kind="interview")
    move_application(actor=bob, application_id=moved.pk, stage_id=interview.public_id, version=1)
    hire_candidate(actor=bob, application_id=hired.pk, version=1)
    old = make_application(job=job)
    type(old).objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=45))
    cost = cost_of(staff, reverse("admin:index"))
    drawn = staff.get(reverse("admin:index")).context["hiring"]
    assert drawn["total"] == 3
    assert {row["name"]: row["counts"] for row in drawn["rows"]} == {
        "inbox": [3, 1, 1, 0, 0],
        "interview": [1, 1, 0, 0, 0],
    }
    assert [row["share"] for row in drawn["rows"]] == [100, 33]
    page = staff.get(reverse("admin:index")).content.decode()
    chart = page[page.index('id="hiring"') :]
    assert 'role="img"' in chart
    assert "<caption" in chart
    assert f"{timezone.now().astimezone(UTC).date()}: 3" in chart
    for _ in range(5):
        make_application(job=job)
    assert cost_of(staff, reverse("admin:index")) == cost


def test_the_home_looks_at_the_newest_applications_only(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        make_application()
    monkeypatch.setattr(house, "MOST", 2)
    assert house.hiring_of_the_house()["total"] == 2
    assert staff.get(reverse("admin:index")).context["hiring"]["is_part"] is True


def test_the_home_loads_nothing_from_elsewhere(staff: Client) -> None:
    page = staff.get(reverse("admin:index")).content.decode() + staff.get(reverse("admin:login")).content.decode()
    loaded = re.findall(r"<(?:link|script|img)[^>]+(?:href|src)=\"([^\"]+)\"", page)
    assert loaded
    assert [url for url in loaded if not url.startswith("/")] == []


def test_the_sidebar_leads_to_every_table(staff: Client) -> None:
    page = staff.get(reverse("admin:index")).content.decode()
    assert [model for model in REGISTERED if url_of(model, "changelist") not in page] == []


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_who_is_not_staff_is_sent_to_the_login(client: Client, request: pytest.FixtureRequest, who: str) -> None:
    client.force_login(request.getfixturevalue(who))
    for url in (reverse("admin:index"), url_of(User, "changelist") if User in REGISTERED else "/admin/"):
        assert client.get(url).status_code == 302


def test_staff_without_rights_see_no_table(client: Client, db: None) -> None:
    client.force_login(make_user(is_staff=True))
    page = client.get(reverse("admin:index")).content.decode()
    assert [model for model in REGISTERED if url_of(model, "changelist") in page] == []


def test_an_id_lies_between_the_first_ones_of_the_moments_around_it(alice: User) -> None:
    second = timedelta(seconds=1)
    assert first_id_of(alice.created_at - second) < alice.public_id < first_id_of(alice.created_at + second)


def make_event_record(**overrides: Any) -> EventRecord:
    return EventRecord.objects.create(**{"topic": "test.Happened", "aggregate": "test:1", "payload": {}, **overrides})


def make_delivery(**overrides: Any) -> Delivery:
    event = make_event_record()
    fields = {"event": event, "handler": "test.tell", "aggregate": "test:1", "next_attempt_at": timezone.now()}
    return Delivery.objects.create(**{**fields, **overrides})


def make_group(**overrides: Any) -> Group:
    return Group.objects.create(**{"name": f"Group {Group.objects.count()}", **overrides})


def make_audit_entry(**overrides: Any) -> models.Model:
    return record("test:done", actor=make_user(), target=make_user())


def make_notification_preference(**overrides: Any) -> models.Model:
    return make_preference(**overrides)


def make_stored_file(**overrides: Any) -> models.Model:
    return make_file(owner=make_user(), **overrides)


def make_stage(**overrides: Any) -> models.Model:
    return made_by("applications", "make_application").stage


def make_capsule(**overrides: Any) -> models.Model:
    return made_by("applications", "make_application").capsule


def made_by(app: str, name: str) -> Any:
    return getattr(import_module(f"{app}.tests.factories"), name)()

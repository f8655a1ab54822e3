"""The demo world: the same twice, told to nobody outside, and open to one login for each role."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from rest_framework.test import APIClient

from accounts.models import User
from applications.models import Application
from applications.vocabulary import Status as ApplicationStatus
from companies.models import Membership, Role
from jobs.models import Job
from jobs.models import Status as JobStatus
from messaging.models import Conversation, Message
from notifications.models import Mail, Notification
from resumes.models import Resume
from umemployed.embedded.demo.people import DOMAIN
from umemployed.embedded.demo.seeding import SIZES, Size, seed
from umemployed.events.models import Delivery, EventRecord

pytestmark = pytest.mark.django_db
TINY = Size(companies=2, jobs=14, candidates=12)


@dataclass(frozen=True)
class Worlds:
    """What three runs of the seed made: the same number twice, and another."""

    first: dict[str, Any]
    again: dict[str, Any]
    other: dict[str, Any]
    logins: list[dict[str, str]]


@pytest.fixture(scope="module")
def worlds(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Worlds]:
    """Make the world three times, which takes seconds, and leave the last one standing for the tests of this page."""
    place = tmp_path_factory.mktemp("demo")
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        override_settings(VAR_DIR=place),
        transaction.atomic(),
    ):
        patch.setitem(SIZES, "small", TINY)
        first, other = (passing_world(number) for number in (7, 8))
        call_command("seed_demo", "--seed", "7", "--size", "small", stdout=StringIO())
        yield Worlds(first, picture(), other, json.loads((place / "demo.json").read_text()))
        transaction.set_rollback(True)


def passing_world(number: int) -> dict[str, Any]:
    """Make a world, look at it, and take it back."""
    with transaction.atomic():
        assert seed(number=number, size="small") is not None
        seen = picture()
        transaction.set_rollback(True)
    return seen


def picture() -> dict[str, list[tuple[Any, ...]]]:
    """Everything that the world says, without ids and moments."""
    return {
        "people": list(
            User.objects.order_by("pk").values_list("email", "full_name", "language", "timezone", "is_staff")
        ),
        "teams": list(Membership.objects.order_by("pk").values_list("company__slug", "user__email", "role")),
        "jobs": list(
            Job.objects.order_by("pk").values_list(
                "company__slug",
                "title",
                "description",
                "status",
                "salary_min",
                "salary_currency",
                "published_at",
                "expires_at",
            )
        ),
        "résumés": list(
            Resume.objects.order_by("pk").values_list("owner__email", "headline", "city", "status", "version")
        ),
        "applications": list(
            Application.objects.order_by("pk").values_list("candidate__email", "job__title", "status", "stage__name")
        ),
        "messages": list(Message.objects.order_by("pk").values_list("sender__email", "seq", "body")),
        "news": list(Notification.objects.order_by("pk").values_list("recipient__email", "kind", "actor__email")),
    }


def test_the_same_seed_makes_the_same_world_and_another_seed_another(worlds: Worlds) -> None:
    assert worlds.first == worlds.again
    assert worlds.first != worlds.other


def test_a_second_run_changes_nothing(worlds: Worlds) -> None:
    before = (picture(), EventRecord.objects.count())
    assert seed(number=7, size="small") is None
    assert (picture(), EventRecord.objects.count()) == before


def test_nobody_is_mailed_and_no_listener_is_owed_anything(worlds: Worlds) -> None:
    assert EventRecord.objects.exists()
    assert not Mail.objects.exists()
    assert not Delivery.objects.filter(status=Delivery.Status.PENDING).exists()


def test_jobs_are_in_every_state_and_newest_first(worlds: Worlds) -> None:
    assert set(Job.objects.values_list("status", flat=True)) == set(JobStatus)
    published = list(
        Job.objects.exclude(published_at=None).order_by("search_ord").values_list("published_at", flat=True)
    )
    assert published == sorted(published)
    assert 0 < Job.objects.published().count() < Job.objects.filter(status=JobStatus.LIVE).count()


def test_applications_are_in_every_state(worlds: Worlds) -> None:
    assert set(Application.objects.values_list("status", flat=True)) == set(ApplicationStatus)
    assert Application.objects.filter(status=ApplicationStatus.ACTIVE).values("stage__phase").distinct().count() == 4


def test_candidates_and_recruiters_talk_and_the_last_word_is_unread(worlds: Worlds) -> None:
    assert Conversation.objects.count() > 2
    for conversation in Conversation.objects.all():
        assert conversation.last_seq == conversation.messages.count() > 0
        listener = conversation.messages.exclude(seq=conversation.last_seq).order_by("-seq").first()
        if listener is not None:
            mine = Conversation.objects.for_user(listener.sender).with_unread(listener.sender).get(pk=conversation.pk)
            assert mine.unread_count == 1


def test_every_role_can_sign_in(worlds: Worlds) -> None:
    assert [login["role"] for login in worlds.logins] == ["candidate", *Role, "staff"]
    for login in worlds.logins:
        body = {"email": login["email"], "password": login["password"]}
        assert APIClient().post("/api/v1/auth/login/", body).status_code == 200, login
        assert login["email"].endswith(DOMAIN)


def test_a_production_house_is_refused(settings: Any) -> None:
    settings.ENVIRONMENT = "production"
    before = User.objects.count()
    with pytest.raises(CommandError, match="never enter a production house"):
        call_command("seed_demo")
    assert User.objects.count() == before

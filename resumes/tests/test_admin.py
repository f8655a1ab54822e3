from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from resumes.models import Skill, SkillAlias
from resumes.services import import_resume
from resumes.taxonomy import suggest_skills
from resumes.tests.factories import make_resume, make_skill
from resumes.tests.test_jsonresume import SAMPLE


@pytest.fixture
def staff(client: Client, dana: User) -> Client:
    client.force_login(dana)
    return client


@pytest.mark.parametrize("count", [2, 20])
def test_lists_cost_the_same_however_long(staff: Client, count: int, django_assert_max_num_queries: Any) -> None:
    for number in range(count):
        make_resume(title=f"No. {number}")
        make_skill(aliases=(f"alias {number}",))
    for name in ("resume", "skill"):
        with django_assert_max_num_queries(8):
            assert staff.get(reverse(f"admin:resumes_{name}_changelist")).status_code == 200


def test_staff_see_a_whole_resume_and_change_nothing(staff: Client, alice: User) -> None:
    resume = import_resume(actor=alice, document=SAMPLE)
    page = reverse("admin:resumes_resume_change", args=[resume.pk])
    assert "Globex" in staff.get(page).content.decode()
    staff.post(page, {"title": "Changed"})
    resume.refresh_from_db()
    assert resume.title == "Data engineer"


def labels_form(*labels: str, **fields: str) -> dict[str, str]:
    rows = {f"aliases-{n}-label": label for n, label in enumerate(labels)}
    return {"aliases-TOTAL_FORMS": str(len(labels)), "aliases-INITIAL_FORMS": "0"} | rows | fields


def test_staff_teach_a_skill_with_its_labels(staff: Client) -> None:
    add = reverse("admin:resumes_skill_add")
    answer = staff.post(add, labels_form("Basket weaving", name="Basketry", slug="basketry"))
    assert answer.status_code == 302
    assert set(SkillAlias.objects.values_list("normalised", flat=True)) == {"basketry", "basket weaving"}
    assert suggest_skills("baskerty", 5) == [Skill.objects.get()]


def test_staff_cannot_give_a_label_a_second_meaning(staff: Client) -> None:
    make_skill("JavaScript", ("js",))
    add = reverse("admin:resumes_skill_add")
    for labels in (("J/S", "js"), ("JS",), ("x y", "X-Y"), ("/",)):
        answer = staff.post(add, labels_form(*labels, name="Joint stock", slug="joint-stock"))
        assert answer.status_code == 200
    assert Skill.objects.count() == 1

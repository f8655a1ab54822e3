from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from rest_framework.test import APIClient

from accounts.models import User
from resumes.models import ResumeSkill, Skill, SkillAlias
from resumes.services import import_resume
from resumes.skillimport import import_shipped_skills
from resumes.taxonomy import corrections, is_one_edit, normalise, suggest_skills
from resumes.tests.factories import make_skill

HEAD = "conceptUri,reuseLevel,preferredLabel,altLabels\n"


@pytest.fixture
def shipped(db: None) -> None:
    import_shipped_skills()


def run(*args: Any) -> str:
    out = StringIO()
    call_command("import_skills", *map(str, args), stdout=out)
    return out.getvalue()


def table(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "skills.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("  Machine-Learning ", "machine learning"),
        ("Développement", "developpement"),
        ("C++", "c++"),
        ("C#", "c#"),
        (".NET", ".net"),
        ("CI/CD", "ci cd"),
        ("STRASSE", normalise("straße")),
        ("ﬁnance", "finance"),
        ("—", "—"),
        (" / ", ""),
    ],
)
def test_labels_are_compared_without_case_accents_and_separators(label: str, expected: str) -> None:
    assert normalise(label) == expected


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("js", "JavaScript"),
        ("JavaS", "JavaScript"),
        ("golang", "Go"),
        ("c", "C"),
        ("c++", "C++"),
        ("k8s", "Kubernetes"),
        ("learn", "scikit-learn"),
        ("postgre", "PostgreSQL"),
        ("Node JS", "Node.js"),
        ("pyhton", "Python"),
        ("javasript", "JavaScript"),
        ("kubernetess", "Kubernetes"),
        ("machne lerning", "Machine learning"),
    ],
)
def test_what_was_typed_finds_what_was_meant(shipped: None, typed: str, first: str) -> None:
    assert suggest_skills(typed, 5)[0].name == first


def test_a_skill_is_suggested_once_whatever_its_labels(shipped: None) -> None:
    names = [skill.name for skill in suggest_skills("java", 10)]
    assert len(names) == len(set(names))
    assert names[:2] == ["Java", "JavaScript"]


@pytest.mark.parametrize("typed", ["", "  ", "/", "zzzzzzzzqq", "%", "_", "a%b", "\\"])
def test_what_means_nothing_finds_nothing(shipped: None, typed: str) -> None:
    assert suggest_skills(typed, 10) == []


def test_every_suggestion_costs_at_most_four_queries(shipped: None, django_assert_max_num_queries: Any) -> None:
    for typed in ("j", "java", "machne lerning desing systm"):
        with django_assert_max_num_queries(4):
            suggest_skills(typed, 50)


@pytest.mark.django_db
def test_labels_are_found_by_their_index() -> None:
    skill = make_skill("Java")
    labels = [f"word{n} java{n}" for n in range(3000)]
    SkillAlias.objects.bulk_create(SkillAlias(skill=skill, label=label, normalised=label) for label in labels)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE resumes_skillalias")
        # A table of the true size would not fit a test; the question is whether an index can serve it.
        cursor.execute("SET LOCAL enable_seqscan = off")
    sought = SkillAlias.objects.filter(Q(normalised__startswith="java1234") | Q(normalised__contains=" java1234"))
    assert "skillalias_trigrams" in (plan := sought.order_by().explain())
    assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("python", "pyhton", True),
        ("python", "pyton", True),
        ("python", "pythoon", True),
        ("python", "pythin", True),
        ("python", "ypthon", True),
        ("python", "pythno", True),
        ("python", "python", False),
        ("python", "pyhtno", False),
        ("python", "pytn", False),
        ("rust", "bash", False),
    ],
)
def test_one_edit_is_told_from_two(left: str, right: str, expected: bool) -> None:
    assert is_one_edit(left, right) is expected
    assert is_one_edit(right, left) is expected


def test_short_words_are_never_put_right(shipped: None) -> None:
    assert corrections("jav") == []


def test_the_door_is_public_and_can_be_revalidated(shipped: None, api: APIClient) -> None:
    answer = api.get("/api/v1/skills/?q=js")
    assert answer.json()["results"][0]["name"] == "JavaScript"
    assert answer.json()["results"][0]["matched"] == "js"
    assert api.get("/api/v1/skills/?q=js", HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    assert len(api.get("/api/v1/skills/?q=a&page_size=3").json()["results"]) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "?q=", "?q=a&page_size=51", f"?q={'a' * 81}", "?q=%00", "?q=a&x=1"])
def test_a_bad_question_is_refused(api: APIClient, query: str) -> None:
    assert api.get(f"/api/v1/skills/{query}").status_code == 400


@pytest.mark.django_db
def test_a_label_has_one_meaning() -> None:
    make_skill("JavaScript", ("js",))
    with pytest.raises(IntegrityError), transaction.atomic():
        SkillAlias.objects.create(skill=make_skill("Joint stock"), label="JS", normalised="js")


@pytest.mark.django_db
def test_an_import_accounts_for_every_row_and_can_be_repeated(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        'uri:1,,manage budgets,"control budgets\nbudget management"',
        'uri:2,,write reports,"reporting\ncontrol budgets"',
        "uri:3,,Control Budgets,",
        "uri:4,,,nameless",
        "uri:1,,manage budgets,administer budgets",
    )
    assert "5 rows: 3 skills created, 0 changed, 1 unchanged, 1 skipped" in run(path)
    assert SkillAlias.objects.get(normalised="control budgets").skill.name == "Control Budgets"
    before = list(SkillAlias.objects.order_by("pk").values_list())
    assert "0 skills created, 0 changed" in run(path)
    assert list(SkillAlias.objects.order_by("pk").values_list()) == before


@pytest.mark.django_db
def test_an_outside_concept_joins_the_skill_that_has_its_name(tmp_path: Path) -> None:
    ours = make_skill("Python", ("py",))
    run(table(tmp_path, 'uri:1,,python,"Python programming\npy"'))
    assert Skill.objects.get() == ours
    assert Skill.objects.get().source_uri == "uri:1"
    assert SkillAlias.objects.get(normalised="python programming").skill == ours


@pytest.mark.django_db
def test_labels_that_slipped_to_other_rows_are_not_believed(tmp_path: Path) -> None:
    rows = [f'uri:{n},,skill number {n},"skill number {n + 1}\nsynonym of {n + 1}"' for n in range(20)]
    out = run(table(tmp_path, *rows))
    assert "In 19 rows the labels name another row" in out
    assert SkillAlias.objects.count() == Skill.objects.count() == 20


@pytest.mark.django_db
def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    out = run(table(tmp_path, "uri:1,,manage budgets,"), "--dry-run")
    assert "1 skills created" in out
    assert not Skill.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"\xff\xfe\x00", b""])
def test_a_file_that_is_no_table_of_skills_is_an_error_that_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=r"other\.csv"):
        run(path)
    with pytest.raises(CommandError, match="Cannot open"):
        run(tmp_path / "missing.csv")


@pytest.mark.django_db
def test_resumes_find_their_canonical_skill_when_it_is_learnt(alice: User, tmp_path: Path) -> None:
    import_resume(actor=alice, document={"skills": [{"name": "Budget-Management"}, {"name": "Juggling"}]})
    out = run(table(tmp_path, "uri:1,,manage budgets,budget management"))
    assert "1 skills of résumés" in out
    assert [row.skill and row.skill.name for row in ResumeSkill.objects.order_by("order")] == ["manage budgets", None]

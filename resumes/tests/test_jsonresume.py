from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from resumes.jsonresume import DATE, EMAIL, LINES, SHAPE, URL, is_dangerous, parse
from resumes.models import Experience, Resume
from resumes.services import add_row, duplicate_resume, edit_resume, edit_row, import_resume
from resumes.snapshot import snapshot_of
from umemployed.api.errors import Invalid

SAMPLE: dict[str, Any] = {
    "$schema": "https://example.org/resume/schema.json",
    "basics": {
        "name": "Ngozi Abéna",
        "label": "Data engineer",
        "image": "",
        "email": "ngozi@example.com",
        "phone": "+237 6 99 00 11 22",
        "url": "https://ngozi.example.com",
        "summary": "Moves data,\nand understands it.",
        "pronouns": "she/her",
        "location": {"address": "12 rue Joffre\nAkwa", "city": "Douala", "countryCode": "CM", "region": "Littoral"},
        "profiles": [{"network": "GitHub", "username": "ngozi", "url": "https://github.example.com/ngozi"}],
    },
    "work": [
        {
            "name": "Acme",
            "position": "Engineer",
            "startDate": "2019-05",
            "highlights": ["Halved the bill"],
            "x-team": 4,
        },
        {"name": "Globex", "startDate": "2017", "endDate": "2019-04-30", "keywords": ["pipelines"]},
        {},
    ],
    "volunteer": [{"organization": "Code Club", "startDate": "2016"}],
    "education": [{"institution": "Université de Douala", "studyType": "Master", "endDate": "2016-07", "courses": []}],
    "awards": [{"title": "Best thesis", "date": "2016-07-01"}],
    "publications": [],
    "certificates": [{"name": "Certified Streams", "date": "2020-02", "issuer": "Streams"}],
    "skills": [
        {"name": "SQL", "level": "Master", "keywords": ["PostgreSQL", ""], "years": 9},
        {"name": "SQL", "level": ""},
        {"name": "Cooking", "years": "many"},
    ],
    "languages": [{"language": "French", "fluency": "Native speaker"}, {"language": "Duala"}],
    "interests": [{"name": "Chess", "keywords": ["endgames"]}],
    "references": [{"name": "A friend", "reference": "Recommended."}],
    "projects": [{"name": "Tides", "type": "application", "roles": ["Lead"], "entity": "Harbour", "keywords": ["sea"]}],
    "meta": {"version": "v1.0.0", "theme": {"accent": [1, 2.5, None, True]}},
}

# What PostgreSQL can store: everything but NUL and lone surrogates.
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)
years = st.integers(1000, 2999).map(str)
months = st.builds("{}-{:02}".format, years, st.integers(0, 19))
dates = years | months | st.builds("{}-{:02}".format, months, st.integers(0, 39))
urls = st.sampled_from(["", "https://example.com/é?q=1#x", "http://a.example", "example.org/me", "mailto:me@a.example"])
emails = st.sampled_from(["", "a@b.example", "é+tag@example.com"])
jsons = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-(2.0**53), 2.0**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
unknown = st.dictionaries(texts.map("x-{}".format), jsons, max_size=2)


def drawn(shape: Any) -> st.SearchStrategy:
    """Every document of the shape: any members left out, any unknown ones added."""
    if isinstance(shape, dict):
        known = st.fixed_dictionaries({}, optional={name: drawn(inner) for name, inner in shape.items()})
        return st.builds(lambda said, more: said | more, known, unknown)
    if shape == LINES:
        return st.lists(texts, max_size=3)
    if isinstance(shape, list):
        return st.lists(drawn(shape[0]), max_size=2)
    return {DATE: dates, URL: urls, EMAIL: emails}.get(shape, texts)


@pytest.mark.django_db
@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(document=drawn(SHAPE))
def test_export_is_the_inverse_of_import(alice: User, document: dict[str, Any]) -> None:
    resume = import_resume(actor=alice, document=document)
    assert snapshot_of(resume) == document
    copy = duplicate_resume(actor=alice, resume_id=resume.pk)
    assert snapshot_of(copy) == document
    Resume.objects.all().delete()


@pytest.mark.django_db
def test_a_document_becomes_rows_that_can_be_edited(alice: User) -> None:
    resume = import_resume(actor=alice, document=SAMPLE)
    assert snapshot_of(resume) == SAMPLE
    assert (resume.title, resume.full_name, resume.country_code) == ("Data engineer", "Ngozi Abéna", "CM")
    first = resume.experiences.first()
    assert (first.company_name, first.started_on, first.order) == ("Acme", "2019-05", 0)
    assert [(row.level, row.years) for row in resume.skills.all()] == [("expert", 9), ("", None), ("", None)]
    assert [row.level for row in resume.languages.all()] == ["native", ""]


@pytest.mark.django_db
def test_an_edit_wins_over_what_the_document_said(alice: User) -> None:
    resume = import_resume(actor=alice, document=SAMPLE)
    edit_resume(actor=alice, resume_id=resume.pk, image_url="https://example.com/me.png", city="Yaoundé")
    skill = resume.skills.first()
    edit_row(actor=alice, resume_id=resume.pk, section="skills", row_id=skill.pk, level="beginner")
    add_row(actor=alice, resume_id=resume.pk, section="languages", language="English", level="c1")
    said = snapshot_of(resume)
    assert said["basics"]["image"] == "https://example.com/me.png"
    assert said["basics"]["location"]["city"] == "Yaoundé"
    assert said["basics"]["pronouns"] == "she/her"
    assert said["skills"][0]["level"] == "beginner"
    assert said["languages"][-1] == {"language": "English", "fluency": "c1"}


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [2, 20])
def test_a_snapshot_costs_the_same_for_two_rows_as_for_twenty(
    alice: User, rows: int, django_assert_num_queries: Any
) -> None:
    document = {"work": [{"name": "A"}] * rows, "skills": [{"name": f"S{n}"} for n in range(rows)]}
    resume = import_resume(actor=alice, document=document)
    with django_assert_num_queries(1):
        snapshot_of(resume)


@pytest.mark.parametrize(
    ("document", "attr"),
    [
        ([], ""),
        ("x", ""),
        ({"basics": []}, "basics"),
        ({"basics": {"name": 5}}, "basics.name"),
        ({"basics": {"name": None}}, "basics.name"),
        ({"basics": {"email": "nobody"}}, "basics.email"),
        ({"basics": {"name": "x" * 201}}, "basics.name"),
        ({"basics": {"location": {"city": "x" * 201}}}, "basics.location.city"),
        ({"basics": {"profiles": [{"url": "javascript:alert(1)"}]}}, "basics.profiles.0.url"),
        ({"basics": {"profiles": [{}] * 21}}, "links"),
        ({"work": {}}, "work"),
        ({"work": [[]]}, "work.0"),
        ({"work": [{}] * 51}, "experiences"),
        ({"work": [{"startDate": "May 2014"}]}, "work.0.startDate"),
        ({"work": [{"startDate": "2014-05-03\n"}]}, "work.0.startDate"),
        ({"work": [{"highlights": "many"}]}, "work.0.highlights"),
        ({"work": [{"highlights": ["x"] * 51}]}, "work.0.highlights"),
        ({"work": [{"highlights": ["x" * 2001]}]}, "work.0.highlights"),
        ({"awards": [{"date": 2014}]}, "awards.0.date"),
        ({"x": "nul \x00"}, "x"),
        ({"x": ["lone \ud800"]}, "x.0"),
        ({"x": {"\x00": 1}}, "x"),
        ({"x": float("nan")}, "x"),
        ({"x": 10**400}, "x"),
    ],
)
def test_what_is_wrong_is_named(document: Any, attr: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(document)
    assert [entry["attr"] for entry in refused.value.errors] == [attr]


def test_deep_nesting_is_refused_before_it_is_followed() -> None:
    document: Any = 1
    for _ in range(500):
        document = {"x": document}
    with pytest.raises(Invalid) as refused:
        parse(document)
    assert [entry["code"] for entry in refused.value.errors] == ["too_deep"]


@pytest.mark.parametrize(
    "url", ["javascript:1", "JaVaScRiPt:1", " java\nscript:1", "\x01javascript:1", "data:text/html,x"]
)
def test_links_that_run_are_told_from_links_that_lead(url: str) -> None:
    assert is_dangerous(url)
    assert not is_dangerous(f"https://example.com/?q={url}")


@pytest.mark.django_db
def test_nothing_is_kept_of_a_document_that_is_refused(alice: User) -> None:
    with pytest.raises(Invalid):
        import_resume(actor=alice, document={"work": [{"name": "Acme"}, {"name": 1}]})
    assert not Resume.objects.exists()
    assert not Experience.objects.exists()

"""What every engine has to find: one small market with fixed ids, and searches with the answers to them.

``test_contract`` asks PostgreSQL; ``opensearch/tests/test_wire`` compares what the same searches send to a cluster
with what is recorded, and reads the recorded answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from companies.tests.factories import make_company
from jobs.models import Category
from jobs.search.query import Circle, Pay, SearchQuery
from jobs.tests.factories import make_indexed
from resumes.models import Skill, SkillAlias

DATA_ENGINEER, DEVELOPER, NURSE, CHEF, ANONYMOUS, EXPIRED = range(900_001, 900_007)
ACME, GLOBEX, PYTHON, SQL, SOFTWARE = 800_001, 800_002, 700_001, 700_002, 6_001
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PARIS = {"city": "Paris", "region": "IDF", "country": "FR", "latitude": 48.8566, "longitude": 2.3522}
DOUALA = {"city": "Douala", "region": "Littoral", "country": "CM", "latitude": 4.0511, "longitude": 9.7085}
PAY = {"salary_currency": "EUR", "salary_period": "year"}


def open_market() -> None:
    """Six postings of two companies, in two languages; one employer is anonymous, one posting expired."""
    acme = make_company(pk=ACME, name="Acme", slug="acme-contract")
    globex = make_company(pk=GLOBEX, name="Globex", slug="globex-contract")
    software = Category.objects.create(pk=SOFTWARE, slug="contract-software", name="Software", name_fr="Logiciels")
    for pk, name, label in ((PYTHON, "Python", "Py"), (SQL, "SQL", "Sequel")):
        skill = Skill.objects.create(pk=pk, slug=f"contract-{name.lower()}", name=name)
        for text in (name, label):
            SkillAlias.objects.create(skill=skill, label=text, normalised=f"contract {text.lower()}")
    parts: list[dict[str, Any]] = [
        {
            "pk": DATA_ENGINEER,
            "company": acme,
            "title": "Senior data engineer",
            "description": "Build pipelines in Python.",
            "category": software,
            "locations": [PARIS],
            "work_mode": "remote",
            "experience_level": "senior",
            "salary_yearly_min": 60_000,
            "salary_yearly_max": 80_000,
            **PAY,
        },
        {
            "pk": DEVELOPER,
            "company": globex,
            "title": "Développeuse confirmée",
            "description": "Les données et les chevaux. Engineer needed.",
            "language": "fr",
            "category": software,
            "locations": [PARIS, DOUALA],
            "work_mode": "hybrid",
            "eligible_countries": ["FR"],
            "salary_yearly_max": 50_000,
            **PAY,
        },
        {
            "pk": NURSE,
            "company": acme,
            "title": "Nurse",
            "description": "Data of patients. No engineer.",
            "locations": [DOUALA],
        },
        {
            "pk": CHEF,
            "company": globex,
            "title": "Chef",
            "description": "Cook.",
            "language": "de",
            "locations": [DOUALA],
            "employment_type": "part_time",
        },
        {"pk": ANONYMOUS, "company": globex, "title": "Engineer", "is_anonymous": True, "locations": [DOUALA]},
        {"pk": EXPIRED, "company": acme, "title": "Engineer of old", "expires_at": LONG_AGO - timedelta(days=3_000)},
    ]
    skills = {DATA_ENGINEER: [PYTHON, SQL], DEVELOPER: [SQL]}
    for number, fields in enumerate(parts):
        job = make_indexed(published_at=LONG_AGO - timedelta(days=number), search_ord=500_000 - number, **fields)
        for position, skill_id in enumerate(skills.get(job.pk, [])):
            job.skills.create(skill_id=skill_id, position=position)
    from jobs.search.index import index_jobs

    index_jobs([DATA_ENGINEER, DEVELOPER])


@dataclass(frozen=True)
class Case:
    """A search, and the postings that it has to find, in order."""

    name: str
    found: list[int]
    asked: dict[str, Any]

    def query(self) -> SearchQuery:
        return SearchQuery(**self.asked)


NEWEST = [DATA_ENGINEER, DEVELOPER, NURSE, CHEF, ANONYMOUS]
CASES = [
    Case("everything", NEWEST, {}),
    Case("word", [DATA_ENGINEER, NURSE, ANONYMOUS], {"text": "engineers"}),
    Case("two-words", [DATA_ENGINEER, NURSE], {"text": "data engineer"}),
    Case("phrase", [DATA_ENGINEER], {"text": '"data engineer"'}),
    Case("exclusion", [DEVELOPER, NURSE, ANONYMOUS], {"text": "engineer -senior"}),
    Case("phrase-excluded", [DEVELOPER, NURSE, ANONYMOUS], {"text": 'engineer -"data engineer"'}),
    Case("french-stem", [DEVELOPER], {"text": "cheval developpeuses"}),
    Case("foreign-stem", [], {"text": "chefs"}),
    Case("punctuation", NEWEST, {"text": "... !"}),
    Case("company-word", [DATA_ENGINEER, NURSE], {"text": "acme"}),
    Case("anonymous-company", [DEVELOPER, CHEF], {"company": ("globex-contract",)}),
    Case("skills", [DATA_ENGINEER], {"skills": ("contract-python", "contract-sql")}),
    Case("choices", [DATA_ENGINEER, DEVELOPER], {"work_mode": ("remote", "hybrid"), "country": ("FR",)}),
    Case("category", [DATA_ENGINEER, DEVELOPER], {"category": ("contract-software",)}),
    Case("languages", [DEVELOPER, CHEF], {"language": ("fr", "de")}),
    Case("employment", [CHEF], {"employment_type": ("part_time",)}),
    Case("level", [DATA_ENGINEER], {"experience_level": ("senior",)}),
    Case("eligible", [DATA_ENGINEER, NURSE, CHEF, ANONYMOUS], {"eligible_in": "CM"}),
    Case("place", [DATA_ENGINEER, DEVELOPER], {"location": "paris, FR"}),
    Case("radius", [DEVELOPER, NURSE, CHEF, ANONYMOUS], {"circle": Circle(4.05, 9.7, 30.0)}),
    Case("pay", [DATA_ENGINEER], {"pay": Pay(Decimal(5_000), "EUR", "month")}),
    Case("since", [DATA_ENGINEER, DEVELOPER], {"posted_after": LONG_AGO - timedelta(days=1, hours=12)}),
    Case("hidden", [DATA_ENGINEER, CHEF, ANONYMOUS], {"hidden": (DEVELOPER, NURSE)}),
    Case("only", [NURSE], {"only": (NURSE, EXPIRED)}),
    Case("by-pay", [DATA_ENGINEER, DEVELOPER, NURSE, CHEF, ANONYMOUS], {"ordering": "-salary"}),
    Case("relevance", [DATA_ENGINEER, ANONYMOUS, DEVELOPER, NURSE], {"text": "engineer", "ordering": "relevance"}),
    Case(
        "relevance-excluded",
        [DATA_ENGINEER, NURSE],
        {"text": "data engineer -confirmée", "ordering": "relevance"},
    ),
    Case("nobody", [], {"company": ("no-such-company",)}),
]
# Counts of a search that chose two values: each dimension leaves its own choice out.
FACETED = SearchQuery(work_mode=("remote", "hybrid"), company=("acme-contract",))
FACET_NAMES = ("work_mode", "company", "country", "category", "skills", "language")
FACET_TOTAL = 1
FACETS: dict[str, dict[str, int]] = {
    "work_mode": {"remote": 1, "on_site": 1},
    "company": {"acme-contract": 1, "globex-contract": 1},
    "country": {"FR": 1},
    "category": {"contract-software": 1},
    "skills": {"contract-python": 1, "contract-sql": 1},
    "language": {"en": 1},
}

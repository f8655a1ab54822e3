"""The people of the demo world, their teams, plans and résumés."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from companies.models import Company, Membership, Role
from companies.services import create_company
from resumes.models import Resume, Skill, SkillAlias
from resumes.services import import_resume, publish_resume
from resumes.skillimport import import_shipped_skills
from resumes.taxonomy import learn_words, normalise
from subscriptions.models import Plan, Subscription
from umemployed.embedded.demo import words

DOMAIN = "demo.umemployed.example"
PASSWORD = "umemployed-demo"  # noqa: S105 - of a world that exists only on a developer's machine


@dataclass
class Cast:
    """Everybody, by what they are."""

    staff: User
    candidates: list[User] = field(default_factory=list)
    teams: dict[int, dict[Role, User]] = field(default_factory=dict)
    companies: list[Company] = field(default_factory=list)
    resumes: dict[int, Resume] = field(default_factory=dict)


def make_people(random: Random, prefix: str, count: int, password: str) -> list[User]:
    """Insert people with proved addresses; the first is ``prefix@``, the others ``prefix2@`` and so on."""
    now = timezone.now()
    people = [
        User(
            email=f"{prefix}{number if number > 1 else ''}@{DOMAIN}",
            full_name=f"{random.choice(words.FIRST_NAMES)} {random.choice(words.LAST_NAMES)}",
            language=random.choice(("en", "fr")),
            timezone=random.choice(words.CITIES).timezone,
            email_verified_at=now,
            password=password,
        )
        for number in range(1, count + 1)
    ]
    return User.objects.bulk_create(people)


def make_cast(random: Random, *, companies: int, candidates: int) -> Cast:
    """Make everybody. One password for all, hashed once: a hash costs a fifth of a second."""
    password = make_password(PASSWORD)
    (staff,) = make_people(random, "staff", 1, password)
    User.objects.filter(pk=staff.pk).update(is_staff=True, is_superuser=True)
    cast = Cast(staff=staff, candidates=make_people(random, "candidate", candidates, password))
    teams = {role: make_people(random, role.value.replace("_", "-"), companies, password) for role in Role}
    premium = Plan.objects.get(code="company-premium")
    for number in range(companies):
        team = {role: people[number] for role, people in teams.items()}
        company = found_company(random, number, team)
        Subscription.objects.create(company=company, plan=premium, current_period_start_at=timezone.now())
        cast.companies.append(company)
        cast.teams[company.pk] = team
    return cast


def found_company(random: Random, number: int, team: dict[Role, User]) -> Company:
    """Let the owner found a company; the others joined some weeks later."""
    name, about = words.COMPANIES[number % len(words.COMPANIES)]
    if number >= len(words.COMPANIES):
        name = f"{name} {random.choice(words.CITIES).name} {number}"
    company = create_company(
        actor=team[Role.OWNER], name=name, slug=slugify(name), about=about, country=random.choice(words.CITIES).country
    )
    Membership.objects.bulk_create(
        Membership(company=company, user=person, role=role) for role, person in team.items() if role != Role.OWNER
    )
    return company


def make_skills() -> dict[str, Skill]:
    """Fill the taxonomy with the skills that we ship and those of all trades; return the latter by name."""
    import_shipped_skills()
    names = sorted({skill for trade in words.TRADES for skill in trade.skills})
    found = {
        alias.normalised: alias.skill
        for alias in SkillAlias.objects.select_related("skill").filter(normalised__in=map(normalise, names))
    }
    for name in names:
        if normalise(name) not in found:
            skill, _ = Skill.objects.get_or_create(slug=slugify(name), defaults={"name": name})
            SkillAlias.objects.create(skill=skill, label=name, normalised=normalise(name))
            found[normalise(name)] = skill
    learn_words(normalise(name) for name in names)
    return {name: found[normalise(name)] for name in names}


def write_resume(random: Random, person: User) -> Resume:
    """Let a candidate import and publish a résumé of one trade; every fifth keeps a draft."""
    trade, city = random.choice(words.TRADES), random.choice(words.CITIES)
    started = timezone.localdate() - timedelta(days=random.randint(900, 4000))
    changed = started + timedelta(days=random.randint(300, 800))
    document = {
        "basics": {
            "name": person.full_name,
            "label": trade.titles[0],
            "email": person.email,
            "summary": f"{trade.titles[0]} who likes {trade.skills[0].lower()} and clear agreements.",
            "location": {"city": city.name, "region": city.region, "countryCode": city.country},
        },
        "work": [
            {
                "name": random.choice(words.COMPANIES)[0],
                "position": trade.titles[1],
                "startDate": changed.isoformat(),
                "summary": f"In charge of {trade.skills[1].lower()}.",
            },
            {
                "name": "Self-employed",
                "position": trade.titles[0],
                "startDate": started.isoformat(),
                "endDate": changed.isoformat(),
            },
        ],
        "education": [
            {"institution": f"University of {city.name}", "area": trade.titles[0], "studyType": "Bachelor"},
        ],
        "skills": [{"name": skill, "level": "Advanced"} for skill in trade.skills],
        "languages": [{"language": "English", "fluency": "Fluent"}, {"language": "French", "fluency": "Fluent"}],
    }
    resume = import_resume(actor=person, document=document)
    return publish_resume(actor=person, resume_id=resume.pk) if random.random() > 0.2 else resume

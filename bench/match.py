"""Matching in both directions among many, beside posting lists in numpy, and what the bounds leave out.

The market is generated, the same one every time: skills are as frequent as words are, most people claim six to
fourteen, most postings ask for three to ten, of half of them at a level or for years. ``--resumes N`` and ``--jobs N``
set its size (default 100,000 each), ``--rounds N`` how many are matched. Postings are written by COPY, with search
rows of which only what matching reads is true; so a million are made in minutes. The floor finds the same candidates
by skill alone, as the statements do: it holds every list in memory, and neither judges who may be found nor scores
anything else.

``score share`` is the sum of the 50 best scores by skill that we find, to that of the 50 best of all; the floor finds
all. ``whole`` is what a door asks: candidates, their facts, and the scores with evidence.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import uuid
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.harness import Row, interleave, prepare, report, table

SKILLS = 6_000
BEST = 50
BATCH = 20_000
LEVELS = {"": 0, "beginner": 50, "intermediate": 75, "advanced": 90, "expert": 100}
Lists = dict[int, np.ndarray]  # by skill: a row of numbers for each posting or résumé that has it
Numbers = np.ndarray | np.int64
Weigh = Callable[[int, np.ndarray], np.ndarray]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--resumes", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=100)
    wanted, _ = parser.parse_known_args()
    prepare()
    from jobs.matching.weights import count_weights

    execute("SET statement_timeout = 0")  # a market is written by few, long statements
    fill(random.Random(11), wanted.resumes, wanted.jobs)  # noqa: S311 - the same market every time
    count_weights()
    execute("ANALYZE")
    execute("VACUUM resumes_resumeskill, jobs_jobskill")
    text = "\n\n".join([of_resumes(wanted.rounds), of_jobs(wanted.rounds)])
    report("match", f"{wanted.resumes:,} résumés, {wanted.jobs:,} postings, {wanted.rounds} rounds.\n\n{text}")


def execute(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []


def fill(dice: random.Random, resumes: int, jobs: int) -> None:
    """Write the market straight into its tables, as publication would leave it."""
    from companies.tests.factories import make_company
    from resumes.models import Skill

    Skill.objects.bulk_create(Skill(name=f"Skill {n}", slug=f"bench-{n}") for n in range(SKILLS))
    ids = list(Skill.objects.order_by("pk").values_list("pk", flat=True))
    company = make_company()
    for start in range(0, resumes, BATCH):
        write_resumes(dice, ids, range(start, min(resumes, start + BATCH)))
    write_jobs(dice, ids, jobs, company)


def drawn(dice: random.Random, ids: Sequence[int], low: int, high: int) -> list[int]:
    """Return different skills of one trade and of all trades, frequent ones more often."""
    number, trade = dice.randint(low, high), dice.randrange(40)
    chosen: set[int] = set()
    while len(chosen) < number:
        rank = int(len(ids) ** dice.random()) - 1
        chosen.add(ids[rank // 40 * 40 + trade if dice.random() < 0.6 and rank // 40 * 40 + trade < len(ids) else rank])
    return sorted(chosen)


def write_resumes(dice: random.Random, ids: Sequence[int], numbers: Iterable[int]) -> None:
    """Write people who let themselves be found, with a published résumé each."""
    from django.utils import timezone

    from accounts.models import User
    from resumes.models import Resume
    from umemployed.privacy.models import Consent

    now = timezone.now()
    people = User.objects.bulk_create(User(email=f"match-{n}@example.com") for n in numbers)
    Consent.objects.bulk_create(
        Consent(person=one, purpose="talent_search", version="2026-11", is_given=True) for one in people
    )
    rows = Resume.objects.bulk_create(
        Resume(owner=one, title="x", status="published", published_at=now, is_primary=True, country_code="CM")
        for one in people
    )
    levels, years = [f'"{level}"' for level in LEVELS], ["", *range(9)]
    blank = '""'
    copy_rows(
        'resumes_resumeskill (public_id, resume_id, skill_id, "order", name, level, level_label, years, keywords,'
        " extras, normalised, created_at, updated_at)",
        (
            (
                uuid.uuid4(),
                row.pk,
                skill,
                at,
                "x",
                dice.choice(levels),
                blank,
                dice.choice(years),
                "{}",
                "{}",
                "x",
                now,
                now,
            )
            for row in rows
            for at, skill in enumerate(drawn(dice, ids, 6, 14))
        ),
    )


def write_jobs(dice: random.Random, ids: Sequence[int], number: int, company: Any) -> None:
    """Write live postings that searches find: one by the factory, and copies of it with skills of their own."""
    from jobs.models import Job, JobSearch
    from jobs.tests.factories import make_indexed

    model = make_indexed(company=company)
    base = model.search_ord or 0
    copied = copies_of(Job, {"public_id": "gen_random_uuid()", "title": "'Job ' || n", "search_ord": f"{base} + n"})
    execute(f"{copied} FROM jobs_job, generate_series(1, %s) n WHERE jobs_job.id = %s", number, model.pk)
    write_wishes(dice, ids, [row[0] for row in execute("SELECT id FROM jobs_job ORDER BY search_ord")])
    found = copies_of(
        JobSearch,
        {
            "ord": "j.search_ord",
            "job_id": "j.id",
            "skills": "(SELECT array_agg(k.skill_id) FROM jobs_jobskill k WHERE k.job_id = j.id)",
            "doc": "''::tsvector",
        },
        keep_key=True,
    )
    execute(f"{found} FROM jobs_jobsearch, jobs_job j WHERE job_id = %s AND j.id <> %s", model.pk, model.pk)


def copies_of(model: Any, changed: dict[str, str], *, keep_key: bool = False) -> str:
    """Return an INSERT … SELECT that copies a row, but for the changed columns and a key that counts by itself."""
    table, key = model._meta.db_table, model._meta.pk.column
    columns = [field.column for field in model._meta.concrete_fields if keep_key or field.column != key]
    values = [changed.get(name, f"{table}.{name}") for name in columns]
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"


def write_wishes(dice: random.Random, ids: Sequence[int], job_ids: Sequence[int]) -> None:
    """Write what each posting asks for."""
    levels = [f'"{level}"' for level in (*LEVELS, "", "", "")]
    years = ["", "", "", "", 1, 2, 3, 5, 8]
    copy_rows(
        "jobs_jobskill (job_id, skill_id, importance, level, min_years, position)",
        (
            (job_id, skill, dice.choice(["must", "nice"]), dice.choice(levels), dice.choice(years), at)
            for job_id in job_ids
            for at, skill in enumerate(drawn(dice, ids, 3, 10))
        ),
    )


def copy_rows(target: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows by COPY, a batch at a time; an empty member is NULL, and a quoted one is empty text."""
    from django.db import connection

    rows = iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(rows, BATCH * 10)):
            text = "\n".join(",".join(map(str, row)) for row in batch)
            cursor.copy_expert(f"COPY {target} FROM STDIN WITH (FORMAT csv)", StringIO(text))


# --- Both directions ---


def of_resumes(rounds: int) -> str:
    """Measure a posting that looks for people."""
    from jobs.matching.candidates import LEVEL, PROFICIENCY, resumes_for
    from jobs.matching.reading import asked_of_jobs, offered_of_resumes
    from jobs.matching.scoring import MUST, NICE, match_of
    from jobs.models import Job

    jobs = list(Job.objects.with_parts().filter(skills__isnull=False).distinct().order_by("?")[: max(rounds, 20)])
    asked = asked_of_jobs(jobs)
    told = f"coalesce({LEVEL}, 0), coalesce(k.years, -1), {PROFICIENCY}"
    lists = posting_lists(f"SELECT k.skill_id, k.resume_id, {told} FROM resumes_resumeskill k")  # noqa: S608
    size = 1 + execute("SELECT max(id) FROM resumes_resume")[0][0]
    wishes = {pk: {wish.skill_id: wish for wish in one.skills} for pk, one in asked.items()}

    def floor(job_id: int) -> np.ndarray:
        def weigh(skill: int, rows: np.ndarray) -> np.ndarray:
            wish = wishes[job_id][skill]
            level, years = np.int64(LEVELS[wish.level]), np.int64(wish.years or 0)
            return wish.weight * (MUST if wish.is_must else NICE) * reached(level, years, *rows[1:])

        return summed(lists, wishes[job_id], weigh, size)

    def ours(job_id: int) -> list[int]:
        return resumes_for(asked[job_id], company_id=0, actor_id=0)

    def whole(job_id: int) -> list[Any]:
        return [match_of(asked[job_id], facts) for facts in offered_of_resumes(ours(job_id)).values()]

    keys = [job.pk for job in jobs]
    return compared("posting → 50 people", keys, floor, ours, whole, rounds)


def of_jobs(rounds: int) -> str:
    """Measure a résumé that looks for postings."""
    from jobs.matching.candidates import IMPORTANCE, LEVEL, jobs_for
    from jobs.matching.reading import asked_of_jobs, offered_of_resumes
    from jobs.matching.scoring import match_of, proficiency
    from jobs.matching.weights import DEFAULT_WEIGHT
    from jobs.models import Job, SkillWeight

    keys = [row[0] for row in execute("SELECT id FROM resumes_resume ORDER BY random() LIMIT %s", max(rounds, 20))]
    offered = offered_of_resumes(keys)
    counted = dict(SkillWeight.objects.values_list("pk", "weight"))
    wanted = f"coalesce({LEVEL}, 0), coalesce(k.min_years, 0), {IMPORTANCE}"
    lists = posting_lists(f"SELECT k.skill_id, k.job_id, {wanted} FROM jobs_jobskill k")  # noqa: S608
    size = 1 + execute("SELECT max(id) FROM jobs_job")[0][0]
    whole_of = summed(lists, lists, lambda skill, rows: 100 * counted.get(skill, DEFAULT_WEIGHT) * rows[3], size)

    def floor(resume_id: int) -> np.ndarray:
        claims = offered[resume_id].skills

        def weigh(skill: int, rows: np.ndarray) -> np.ndarray:
            claim = claims[skill]
            level, years = np.int64(LEVELS[claim.level]), np.int64(-1 if claim.years is None else claim.years)
            met = reached(rows[1], rows[2], level, years, np.int64(proficiency(claim)))
            return counted.get(skill, DEFAULT_WEIGHT) * rows[3] * met

        return summed(lists, claims, weigh, size) / np.maximum(whole_of, 1)

    def ours(resume_id: int) -> list[int]:
        return jobs_for(offered[resume_id])

    def whole(resume_id: int) -> list[Any]:
        asked = asked_of_jobs(list(Job.objects.published().filter(pk__in=ours(resume_id)).with_parts()))
        return [match_of(one, offered[resume_id]) for one in asked.values()]

    return compared("résumé → 50 postings", keys, floor, ours, whole, rounds)


def reached(level: Numbers, years: Numbers, told_level: Numbers, told_years: Numbers, plain: Numbers) -> np.ndarray:
    """Return how far each claim reaches what is asked, as ``jobs.matching.scoring.reached`` says it."""
    of_level = np.where(told_level > 0, np.minimum(100, told_level * 100 // np.maximum(level, 1)), 75)
    of_years = np.where(told_years >= 0, 50 + 50 * np.minimum(told_years, years) // np.maximum(years, 1), 75)
    one = np.where(level > 0, of_level, np.where(years > 0, of_years, plain))
    return np.where((level > 0) & (years > 0), (of_level + of_years) // 2, one)


def posting_lists(statement: str) -> Lists:
    """Return by skill the rows that have it: first whose they are, and below what the statement tells of them."""
    with_skill = np.array(execute(f"{statement} ORDER BY 1"), dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, np.diff(with_skill[:, 0]) > 0])
    return {int(part[0, 0]): part[:, 1:].T.copy() for part in np.split(with_skill, starts[1:])}


def summed(lists: Lists, skills: Iterable[int], weigh: Weigh, size: int) -> np.ndarray:
    """Return the sum over skills of what each is worth to every row that has it."""
    scores = np.zeros(size)
    for skill in skills:
        if skill in lists:
            rows = lists[skill]
            scores[rows[0]] += weigh(skill, rows)
    return scores


def compared(
    name: str,
    keys: list[int],
    floor: Callable[[int], np.ndarray],
    ours: Callable[[int], list[int]],
    whole: Callable[[int], list[Any]],
    rounds: int,
) -> str:
    """Return the table of one direction, and how much of the best 50 ours finds."""
    turns = [cycle(keys) for _ in range(3)]
    best = np.argpartition
    rows = [
        Row(f"{name}, numpy", lambda: best(floor(next(turns[0])), -BEST)[-BEST:]),
        Row(f"{name}, candidates by SQL", lambda: ours(next(turns[1]))),
        Row(f"{name}, whole", lambda: whole(next(turns[2]))),
    ]
    interleave(rows, rounds=rounds)
    shares = [share_of(floor(key), ours(key)) for key in keys]
    told = f"Score share of the best {BEST}: mean {statistics.mean(shares):.4f}, least {min(shares):.4f}."
    return f"{table(rows)}\n\n{told}"


def share_of(scores: np.ndarray, found: list[int]) -> float:
    """Return the sum of the best scores among those found, to that of the best of all."""
    ideal = np.sort(scores)[-BEST:].sum()
    mine = np.sort(scores[found])[-BEST:].sum() if found else 0.0
    return float(mine / ideal) if ideal else 1.0


if __name__ == "__main__":
    main()

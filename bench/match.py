"""Matching in both directions among many, beside posting lists in numpy, and what the bounds leave out.

The market is generated, the same one every time: skills are as frequent as words are, most people claim six to
fourteen, most postings ask for three to ten. ``--resumes N`` and ``--jobs N`` set its size (default 100,000 each),
``--rounds N`` how many are matched. The floor finds the same candidates by skill alone, as the statements do: it
holds every list in memory, and neither judges who may be found nor scores anything else.

``score share`` is the sum of the 50 best scores by skill that we find, to that of the 50 best of all; the floor finds
all. ``whole`` is what a door asks: candidates, their facts, and the scores with evidence.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.harness import Row, interleave, prepare, report, table

SKILLS = 6_000
BEST = 50
BATCH = 20_000
Lists = dict[int, tuple[np.ndarray, np.ndarray]]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--resumes", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=100)
    wanted, _ = parser.parse_known_args()
    prepare()
    from jobs.matching.weights import count_weights

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
    for start in range(0, jobs, BATCH):
        write_jobs(dice, ids, range(start, min(jobs, start + BATCH)), company)


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
    from resumes.models import Resume, ResumeSkill, SkillLevel
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
    levels = ["", *SkillLevel.values]
    ResumeSkill.objects.bulk_create(
        [
            ResumeSkill(
                resume=row, skill_id=skill, order=at, level=dice.choice(levels), years=dice.choice([None, *range(9)])
            )
            for row in rows
            for at, skill in enumerate(drawn(dice, ids, 6, 14))
        ],
        batch_size=BATCH,
    )


def write_jobs(dice: random.Random, ids: Sequence[int], numbers: Iterable[int], company: Any) -> None:
    """Write live postings, found by searches."""
    from django.utils import timezone

    from jobs.models import Importance, Job, JobSkill
    from jobs.search.index import index_jobs

    now = timezone.now()
    rows = Job.objects.bulk_create(
        Job(company=company, title=f"Job {n}", status="live", published_at=now, search_ord=n + 1) for n in numbers
    )
    JobSkill.objects.bulk_create(
        [
            JobSkill(job=row, skill_id=skill, position=at, importance=dice.choice(Importance.values))
            for row in rows
            for at, skill in enumerate(drawn(dice, ids, 3, 10))
        ],
        batch_size=BATCH,
    )
    for start in range(0, len(rows), 1_000):
        index_jobs([row.pk for row in rows[start : start + 1_000]])


# --- Both directions ---


def of_resumes(rounds: int) -> str:
    """Measure a posting that looks for people."""
    from jobs.matching.candidates import PROFICIENCY, resumes_for
    from jobs.matching.reading import asked_of_jobs, offered_of_resumes
    from jobs.matching.scoring import MUST, NICE, match_of
    from jobs.models import Job

    jobs = list(Job.objects.with_parts().order_by("?")[: max(rounds, 20)])
    asked = asked_of_jobs(jobs)
    lists = posting_lists(f"SELECT k.skill_id, k.resume_id, {PROFICIENCY} FROM resumes_resumeskill k")  # noqa: S608
    size = 1 + execute("SELECT max(id) FROM resumes_resume")[0][0]
    weights = {
        pk: {w.skill_id: w.weight * (MUST if w.is_must else NICE) for w in one.skills} for pk, one in asked.items()
    }

    def floor(job_id: int) -> np.ndarray:
        return summed(lists, weights[job_id], size)

    def ours(job_id: int) -> list[int]:
        return resumes_for(asked[job_id], company_id=0, actor_id=0)

    def whole(job_id: int) -> list[Any]:
        return [match_of(asked[job_id], facts) for facts in offered_of_resumes(ours(job_id)).values()]

    keys = [job.pk for job in jobs]
    return compared("posting → 50 people", keys, floor, ours, whole, rounds)


def of_jobs(rounds: int) -> str:
    """Measure a résumé that looks for postings."""
    from jobs.matching.candidates import jobs_for
    from jobs.matching.reading import asked_of_jobs, offered_of_resumes
    from jobs.matching.scoring import match_of, proficiency
    from jobs.matching.weights import DEFAULT_WEIGHT
    from jobs.models import Job, SkillWeight

    keys = [row[0] for row in execute("SELECT id FROM resumes_resume ORDER BY random() LIMIT %s", max(rounds, 20))]
    offered = offered_of_resumes(keys)
    counted = dict(SkillWeight.objects.values_list("pk", "weight"))
    importance = "CASE k.importance WHEN 'must' THEN 3 ELSE 1 END"
    lists = posting_lists(f"SELECT k.skill_id, k.job_id, {importance} FROM jobs_jobskill k")  # noqa: S608
    size = 1 + execute("SELECT max(id) FROM jobs_job")[0][0]
    asked_for = summed(lists, {skill: 100 * counted.get(skill, DEFAULT_WEIGHT) for skill in lists}, size)
    weights = {
        pk: {skill: counted.get(skill, DEFAULT_WEIGHT) * proficiency(claim) for skill, claim in one.skills.items()}
        for pk, one in offered.items()
    }

    def floor(resume_id: int) -> np.ndarray:
        return summed(lists, weights[resume_id], size) / np.maximum(asked_for, 1)

    def ours(resume_id: int) -> list[int]:
        return jobs_for(offered[resume_id])

    def whole(resume_id: int) -> list[Any]:
        asked = asked_of_jobs(list(Job.objects.published().filter(pk__in=ours(resume_id)).with_parts()))
        return [match_of(one, offered[resume_id]) for one in asked.values()]

    return compared("résumé → 50 postings", keys, floor, ours, whole, rounds)


def posting_lists(statement: str) -> Lists:
    """Return by skill the rows that have it and what it is worth there."""
    rows = np.array(execute(f"{statement} ORDER BY 1"), dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, np.diff(rows[:, 0]) > 0])
    parts = np.split(rows, starts[1:])
    return {int(part[0, 0]): (part[:, 1].copy(), part[:, 2].astype(np.float64)) for part in parts}


def summed(lists: Lists, weights: dict[int, int], size: int) -> np.ndarray:
    """Return the sum of weight times worth of every row."""
    scores = np.zeros(size)
    for skill, weight in weights.items():
        if skill in lists:
            rows, worth = lists[skill]
            scores[rows] += weight * worth
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

"""Finding candidates for scoring, in both directions, without looking at everybody.

The skills that tell most for the fewest rows are looked up in the index over skills until a bounded number of
rows, each at most for its newest ``MOST_OF_ONE``; the best of those are weighed by all skills, and the best of these
are scored whole. So the cost does not grow with the number of rows. What was left out is measured by
``bench/match.py``. Who may not be shown is left out by the statement itself, at this moment.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.db import connection

from jobs.matching.facts import Asked, Offered
from jobs.matching.scoring import BEGUN, BY_LEVEL, BY_YEARS, CLAIMED, MUST, NICE, proficiency
from jobs.matching.weights import DEFAULT_WEIGHT, weights_of
from umemployed.privacy.vocabulary import Purpose

RESUME_ROWS, RESUME_POOL = 6_000, 1_000
JOB_ROWS, JOB_POOL = 30_000, 2_000
MOST_OF_ONE = 30_000  # rows of one skill that are looked at, the newest first
SCORED = 200  # that many are scored whole, and so many a list is long at most

LEVEL = "CASE k.level " + " ".join(f"WHEN '{name}' THEN {share}" for name, share in BY_LEVEL.items()) + " END"
# LEAST passes over nulls, so unknown years have to be told apart first.
YEARS = f"CASE WHEN k.years IS NOT NULL THEN (ARRAY{list(BY_YEARS)})[least(k.years, {len(BY_YEARS) - 1}) + 1] END"
# As ``scoring.proficiency`` says it; a test holds the two together.
PROFICIENCY = f"coalesce(({LEVEL} + {YEARS}) / 2, {LEVEL}, {YEARS}, {CLAIMED})"
# As ``scoring.reached`` says it (a test holds them together), of a claim (k) that a posting looks for (q), and of a
# wish (k) that a résumé may meet (q). ``l`` is what a level is worth, 0 where none is asked or told; ``y`` are years,
# 0 where none are asked, -1 where none are told.
ASKED_LEVEL = f"""CASE WHEN q.l > 0 THEN CASE WHEN k.level <> '' THEN least(100, {LEVEL} * 100 / q.l)
    ELSE {CLAIMED} END END"""
ASKED_YEARS = f"""CASE WHEN q.y > 0 THEN CASE WHEN k.years IS NOT NULL
    THEN {BEGUN} + {100 - BEGUN} * least(k.years, q.y) / q.y ELSE {CLAIMED} END END"""
CLAIM_REACHES = f"coalesce((({ASKED_LEVEL}) + ({ASKED_YEARS})) / 2, {ASKED_LEVEL}, {ASKED_YEARS}, {PROFICIENCY})"
MET_LEVEL = f"""CASE WHEN k.level <> '' THEN CASE WHEN q.l > 0 THEN least(100, q.l * 100 / {LEVEL})
    ELSE {CLAIMED} END END"""
MET_YEARS = f"""CASE WHEN k.min_years IS NOT NULL THEN CASE WHEN q.y >= 0
    THEN {BEGUN} + {100 - BEGUN} * least(q.y, k.min_years) / k.min_years ELSE {CLAIMED} END END"""
WISH_REACHED = f"coalesce((({MET_LEVEL}) + ({MET_YEARS})) / 2, {MET_LEVEL}, {MET_YEARS}, q.p)"
IMPORTANCE = f"CASE k.importance WHEN 'must' THEN {MUST} ELSE {NICE} END"

# Who is found: active, with a published first résumé, whose last word on being found is yes, no block between
# them and the company or the asker, and no member of the company.
RESUMES = f"""
WITH parts AS MATERIALIZED (
    SELECT k.resume_id, sum(q.w * {CLAIM_REACHES}) AS part
    FROM unnest(%(ids)s::bigint[], %(weights)s::bigint[], %(levels)s::bigint[], %(years)s::bigint[]) q(s, w, l, y)
    CROSS JOIN LATERAL (SELECT x.resume_id, x.level, x.years FROM resumes_resumeskill x WHERE x.skill_id = q.s
        ORDER BY x.resume_id DESC LIMIT {MOST_OF_ONE}) k
    GROUP BY 1),
top AS MATERIALIZED (
    SELECT p.resume_id, p.part
    FROM (SELECT * FROM parts ORDER BY part DESC, resume_id DESC) p
    JOIN resumes_resume r ON r.id = p.resume_id AND r.status = 'published' AND r.is_primary
    JOIN accounts_user u ON u.id = r.owner_id AND u.is_active
    WHERE (SELECT c.is_given FROM privacy_consent c WHERE c.person_id = u.id AND c.purpose = %(purpose)s
           ORDER BY c.id DESC LIMIT 1)
    AND NOT EXISTS (SELECT 1 FROM companies_block b WHERE b.blocker_id = u.id
                    AND (b.company_id = %(company)s OR b.person_id = %(actor)s))
    AND NOT EXISTS (SELECT 1 FROM companies_block b WHERE b.blocker_id = %(actor)s AND b.person_id = u.id)
    AND NOT EXISTS (SELECT 1 FROM companies_membership m WHERE m.user_id = u.id AND m.company_id = %(company)s)
    ORDER BY p.part DESC, p.resume_id DESC LIMIT %(pool)s)
SELECT t.resume_id
FROM top t ORDER BY t.part + coalesce((
    SELECT sum(q.w * {CLAIM_REACHES})
    FROM unnest(%(rest)s::bigint[], %(rest_weights)s::bigint[], %(rest_levels)s::bigint[], %(rest_years)s::bigint[])
        q(s, w, l, y)
    JOIN resumes_resumeskill k ON k.skill_id = q.s AND k.resume_id = t.resume_id), 0) DESC, t.resume_id DESC
LIMIT %(scored)s
"""  # noqa: S608

# The pool is ordered by what is shared to the number of skills asked for, or long lists would crowd short ones out.
JOBS = f"""
WITH parts AS MATERIALIZED (
    SELECT k.job_id, sum(q.w * {IMPORTANCE} * {WISH_REACHED}) AS part
    FROM unnest(%(ids)s::bigint[], %(weights)s::bigint[], %(shares)s::bigint[], %(levels)s::bigint[],
        %(years)s::bigint[]) q(s, w, p, l, y)
    CROSS JOIN LATERAL (SELECT x.job_id, x.importance, x.level, x.min_years FROM jobs_jobskill x
        WHERE x.skill_id = q.s ORDER BY x.job_id DESC LIMIT {MOST_OF_ONE}) k
    GROUP BY 1),
top AS MATERIALIZED (
    SELECT p.job_id FROM parts p JOIN jobs_jobsearch s ON s.job_id = p.job_id
    WHERE s.expires > %(now)s AND p.job_id <> ALL(%(hidden)s::bigint[])
    AND s.company_id <> ALL(%(blocked)s::bigint[])
    ORDER BY p.part::float8 / greatest(1, cardinality(s.skills)) DESC, p.job_id DESC LIMIT %(pool)s)
SELECT t.job_id FROM top t CROSS JOIN LATERAL (
    SELECT sum(q.w * {IMPORTANCE} * {WISH_REACHED})::float8
        / sum(coalesce(w.weight, {DEFAULT_WEIGHT}) * {IMPORTANCE}) AS share
    FROM jobs_jobskill k LEFT JOIN jobs_skillweight w ON w.skill_id = k.skill_id
    LEFT JOIN unnest(%(all)s::bigint[], %(all_weights)s::bigint[], %(all_shares)s::bigint[], %(all_levels)s::bigint[],
        %(all_years)s::bigint[]) q(s, w, p, l, y) ON q.s = k.skill_id
    WHERE k.job_id = t.job_id) x
ORDER BY x.share DESC, t.job_id DESC LIMIT %(scored)s
"""  # noqa: S608


def resumes_for(asked: Asked, *, company_id: int, actor_id: int, rows: int = RESUME_ROWS) -> list[int]:
    """Return at most ``SCORED`` résumés by what their skills are worth to the posting; two queries."""
    wishes = {wish.skill_id: wish for wish in asked.skills}
    weights = {pk: wish.weight * (MUST if wish.is_must else NICE) for pk, wish in wishes.items()}
    counted = weights_of(weights)
    ids, rest = essential(weights, {pk: row.resumes for pk, row in counted.items()}, rows)
    levels = {pk: BY_LEVEL.get(wish.level, 0) for pk, wish in wishes.items()}
    years = {pk: wish.years or 0 for pk, wish in wishes.items()}
    return found_by(
        RESUMES,
        ids=ids,
        **columns("", ids, weights=weights, levels=levels, years=years),
        rest=rest,
        **columns("rest_", rest, weights=weights, levels=levels, years=years),
        company=company_id,
        actor=actor_id,
        purpose=Purpose.TALENT_SEARCH.value,
        pool=RESUME_POOL,
    )


def jobs_for(
    offered: Offered, *, hidden: Sequence[int] = (), blocked: Sequence[int] = (), rows: int = JOB_ROWS
) -> list[int]:
    """Return at most ``SCORED`` live postings by the share of their skills that the résumé has; two queries."""
    claims = offered.skills
    counted = weights_of(claims)
    weights = {pk: counted[pk].weight if pk in counted else DEFAULT_WEIGHT for pk in claims}
    shares = {pk: proficiency(claim) for pk, claim in claims.items()}
    levels = {pk: BY_LEVEL.get(claim.level, 0) for pk, claim in claims.items()}
    years = {pk: -1 if claim.years is None else claim.years for pk, claim in claims.items()}
    worth = {pk: weights[pk] * shares[pk] for pk in claims}
    ids, _rest = essential(worth, {pk: row.postings for pk, row in counted.items()}, rows)
    facts = {"weights": weights, "shares": shares, "levels": levels, "years": years}
    return found_by(
        JOBS,
        ids=ids,
        **columns("", ids, **facts),
        all=list(claims),
        **columns("all_", list(claims), **facts),
        hidden=list(hidden),
        blocked=list(blocked),
        now=int(time.time()),
        pool=JOB_POOL,
    )


def columns(prefix: str, ids: Sequence[int], **facts: dict[int, int]) -> dict[str, list[int]]:
    """Return each fact as an array in the order of the skills, as the statements unnest them."""
    return {prefix + name: [values[pk] for pk in ids] for name, values in facts.items()}


def essential(weights: dict[int, int], counts: dict[int, int], rows: int) -> tuple[list[int], list[int]]:
    """Divide skills into those to look up and the rest: most weight for the fewest rows first, within ``rows``."""
    ranked = sorted(weights, key=lambda pk: (-weights[pk] / (1 + counts.get(pk, 0)), pk))
    taken: list[int] = []
    seen = 0
    for pk in ranked:
        seen += counts.get(pk, 0)
        if taken and seen > rows:
            break
        taken.append(pk)
    return taken, [pk for pk in ranked if pk not in set(taken)]


def found_by(statement: str, **parameters: Any) -> list[int]:
    """Run a statement and return its first column; nothing is asked where no skill is given."""
    if not parameters["ids"]:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, {**parameters, "scored": SCORED})
        return [row[0] for row in cursor.fetchall()]

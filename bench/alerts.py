"""A posting goes live among many saved searches: what finding costs, whether it is right, and when all are told.

The searches are of people who have four each, drawn by Zipf's law out of ``--kinds`` different ones (default 5,000):
words of a trade or of texts, with or without country, work mode and category. One in ten mails at once, the others in
the summary of the day. ``--searches N`` sets their number (default 100,000), ``--rounds N`` how many postings go live.

The floor of finding is a scan: every search's compiled ``tsquery``, kept as such, asked of the posting. It finds the
same ones, which is checked for every posting and every search; a sample of the searches is also run as itself. Telling
is measured from the commit of the publication to the last of its matches told, with relay, worker and mail server
in processes and threads of their own; its floor writes as many bare rows in one statement.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.harness import Row, interleave, prepare, report, table
from bench.search_market import COUNTRIES, FAMILIES, GRADES, ROLES, Words, make_words

MARKET = 3_000
BATCH = 5_000
OF_ONE = 4  # searches of a person
PATIENCE = 60
MODES = ("on_site", "hybrid", "remote")
SCAN = """
SELECT q.search_id FROM bench_query q, (SELECT doc, expires FROM jobs_jobsearch WHERE job_id = %s) p
WHERE p.doc @@ q.wanted
"""


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--searches", type=int, default=100_000)
    parser.add_argument("--kinds", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=20)
    wanted, _ = parser.parse_known_args()
    prepare()
    load = os.getloadavg()[0]
    dice, words = random.Random(17), make_words()  # noqa: S311 - the same ones every time
    make_market(dice, words)
    kinds = [parameters(dice, words) for _ in range(wanted.kinds)]
    save_searches(dice, kinds, wanted.searches)
    found, counts, checked = of_finding(dice, words, kinds, wanted.rounds)
    told, told_counts, mails = of_telling(dice, words, wanted.rounds)
    report(
        "alerts",
        f"{wanted.searches:,} saved searches of {wanted.kinds:,} kinds, {MARKET:,} postings before.\n\n{found}\n\n"
        f"Each of {len(counts)} postings was found by {min(counts)} to {max(counts)} searches, the same as the scan"
        f" finds; {checked:,} searches, run as themselves, agree.\n\n{told}\n\n"
        f"Each of {len(told_counts)} postings was told to {min(told_counts)} to {max(told_counts)} searches, each once;"
        f" {mails:,} mails were owed at once, each once.\n\n"
        f"Load of the machine: {load:.1f} at the beginning, {os.getloadavg()[0]:.1f} at the end, our own included.",
    )


def execute(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []


# --- The market and the searches ---


def make_market(dice: random.Random, words: Words) -> None:
    """Write the postings by whose statistics searches are compiled."""
    from jobs.search.index import index_jobs

    company = a_company()
    ids = [a_posting(dice, words, company, number, status="live").pk for number in range(MARKET)]
    for start in range(0, MARKET, 1_000):
        index_jobs(ids[start : start + 1_000])
    execute("VACUUM ANALYZE jobs_jobsearch")


def a_company() -> Any:
    """Return an employer; postings that are written straight into their tables ask no plan."""
    from companies.tests.factories import make_company

    return make_company()


def a_posting(dice: random.Random, words: Words, company: Any, number: int, *, status: str) -> Any:
    """Return a posting of 155 words, with a place."""
    from django.utils import timezone

    from jobs.models import Job, JobLocation
    from jobs.tests.factories import next_ordinal

    title = " ".join(filter(None, (dice.choice(GRADES), dice.choice(FAMILIES), dice.choice(ROLES))))
    job = Job(
        company=company,
        title=title,
        description=" ".join(dice.choices(words.words, cum_weights=words.weights, k=155)),
        language="en",
        work_mode=dice.choices(MODES, (6, 3, 1))[0],
        status=status,
    )
    if status == "live":
        job.published_at, job.search_ord = timezone.now(), next_ordinal()
    job.save()
    JobLocation.objects.create(job=job, position=0, city=f"City {number % 600}", country=dice.choice(COUNTRIES))
    return job


def parameters(dice: random.Random, words: Words) -> str:
    """Return what somebody might look for."""
    trade, role = dice.choice(FAMILIES), dice.choice(ROLES)
    of_text = words.words[dice.randrange(60, 5_000)]
    text = dice.choice((trade, f"{trade} {role}", f"{trade} {of_text}", of_text, f"{role} -{trade}"))
    more = [f"country={dice.choice(COUNTRIES)}"] if dice.random() < 0.6 else []
    more += [f"work_mode={dice.choice(MODES)}"] if dice.random() < 0.3 else []
    return "&".join([f"q={text}", *more])


def save_searches(dice: random.Random, kinds: Sequence[str], number: int) -> None:
    """Write the searches and their anchors, compiled as ``save_search`` compiles them."""
    from accounts.models import User
    from jobs.alerts.compiling import compile_search
    from jobs.alerts.services import query_of_parameters
    from jobs.models import SavedSearch, SearchAnchor

    compiled = [compile_search(query_of_parameters(kind)) for kind in kinds]
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(kinds))))
    for start in range(0, number, BATCH):
        numbers = range(start, min(number, start + BATCH))
        people = User.objects.bulk_create(User(email=f"alerts-{n}@example.com") for n in numbers[::OF_ONE])
        chosen = dice.choices(range(len(kinds)), cum_weights=weights, k=len(numbers))
        rows = SavedSearch.objects.bulk_create(
            SavedSearch(
                user=people[place // OF_ONE],
                name=f"Search {n}",
                parameters=kinds[kind],
                frequency="now" if n % 10 == 0 else "daily",
                **compiled[kind].columns,
            )
            for place, (n, kind) in enumerate(zip(numbers, chosen, strict=True))
        )
        SearchAnchor.objects.bulk_create(
            SearchAnchor(search=row, token=anchor.token, needs=list(anchor.needs))
            for row, kind in zip(rows, chosen, strict=True)
            for anchor in compiled[kind].anchors
        )
    execute("CREATE TABLE bench_query AS SELECT id AS search_id, wanted::tsquery AS wanted FROM jobs_savedsearch")
    execute("CREATE TABLE bench_told (search_id bigint, job_id bigint)")
    execute("VACUUM ANALYZE bench_query, jobs_savedsearch, jobs_searchanchor")


# --- Finding ---


def of_finding(dice: random.Random, words: Words, kinds: Sequence[str], rounds: int) -> tuple[str, list[int], int]:
    """Measure percolation beside a scan; return the table, how many each posting was found by, and what was checked."""
    from jobs.alerts.percolation import percolate
    from jobs.search.index import index_jobs

    company, warm_up = a_company(), 3
    ids = [a_posting(dice, words, company, n, status="live").pk for n in range(rounds + warm_up)]
    index_jobs(ids)
    scanned: dict[int, set[int]] = {}
    found: dict[int, set[int]] = {}
    left, right = iter(ids), iter(ids)

    def scan() -> None:
        job = next(left)
        scanned[job] = {search for (search,) in execute(SCAN, job)}

    def look() -> None:
        job = next(right)
        found[job] = set(percolate(job_id=job))

    rows = [Row("floor: a scan of every compiled search", scan), Row("percolate(): found and kept", look)]
    interleave(rows, rounds=rounds, warm_up=warm_up)
    assert found == scanned, "a posting is found by exactly the searches that find it"
    execute("UPDATE jobs_alertmatch SET awaits_telling = false WHERE awaits_telling")
    return table(rows), [len(one) for one in found.values()], check_a_sample(dice, ids, kinds, found)


def check_a_sample(dice: random.Random, ids: Sequence[int], kinds: Sequence[str], found: dict[int, set[int]]) -> int:
    """Run some searches as themselves among the postings and compare; return how many."""
    from jobs.alerts.services import query_of_parameters
    from jobs.models import SavedSearch
    from jobs.search.backend import search_backend

    sample = dice.sample(range(len(kinds)), min(300, len(kinds)))
    for kind in sample:
        mine = set(SavedSearch.objects.filter(parameters=kinds[kind]).values_list("pk", flat=True))
        query = replace(query_of_parameters(kinds[kind]), only=tuple(ids), ordering="-published_at")
        alone = {hit.job_id for hit in search_backend().search(query, size=100).hits}
        for job in ids:
            assert found[job] & mine == (mine if job in alone else set()), kinds[kind]
    return len(sample)


# --- Telling ---


def of_telling(dice: random.Random, words: Words, rounds: int) -> tuple[str, list[int], int]:
    """Measure publication to the last match told; return the table, how many were told of each, and the mails."""
    from jobs.models import AlertMatch
    from notifications.models import Mail, Notification
    from notifications.tests.post_office import PostOffice
    from notifications.tests.test_mail_worker import a_worker
    from umemployed.tests.processes import start_python

    before = Notification.objects.count()
    office = PostOffice()
    office.open()
    relay = start_python("manage.py", "run_relay", LOG_LEVEL="WARNING")
    try:
        with a_worker(office):
            publish_and_wait(dice, words, -1)  # relay and worker are up
            told = [publish_and_wait(dice, words, number) for number in range(rounds)]
    finally:
        relay.terminate()
        relay.wait(20)
        office.close()
    counts = [count for _job, _seconds, count in told]
    bare = Row("floor: as many bare rows in one statement", main, [write_bare(job) for job, _seconds, _count in told])
    ours = Row("committed → all told", main, [seconds for _job, seconds, _count in told])
    jobs = [str(public_id) for public_id in jobs_told()]
    rows = Notification.objects.filter(kind="saved_search_matched")
    pairs = {(row["search_id"], row["job_id"]) for row in rows.values_list("data", flat=True)}
    assert before == 0 and len(pairs) == rows.count() == AlertMatch.objects.filter(job__public_id__in=jobs).count()
    mails = Mail.objects.filter(kind="saved_search_matched")
    assert mails.count() == rows.filter(awaits_digest=False).count(), "each is in one mail or waits for one summary"
    return table([bare, ours]), counts, mails.count()


def jobs_told() -> list[Any]:
    """Return the public ids of the postings that were told."""
    from jobs.models import Job
    from umemployed.events.models import EventRecord

    told = EventRecord.objects.filter(topic="jobs.SearchesMatched").values_list("payload__job_id", flat=True)
    return list(Job.objects.filter(pk__in=list(told)).values_list("public_id", flat=True))


def publish_and_wait(dice: random.Random, words: Words, number: int) -> tuple[int, float, int]:
    """Publish a posting by its verb; return it, the seconds until all its matches are told, and how many."""
    from accounts.tests.factories import make_user
    from companies.tests.factories import make_company
    from jobs.models import AlertMatch
    from jobs.services import publish_job
    from umemployed.events.log import lane_of
    from umemployed.events.models import Delivery

    owner = make_user()
    job = a_posting(dice, words, make_company(owner=owner), number, status="draft")
    publish_job(actor=owner, job_id=job.pk)
    committed = time.perf_counter()
    matches = AlertMatch.objects.filter(job=job)
    # The posting's lane is told in order: when nothing is owed of it, its searches were looked for.
    owed = Delivery.objects.filter(event__aggregate=lane_of(job)).exclude(status=Delivery.Status.DONE)
    while owed.exists() or matches.filter(awaits_telling=True).exists():
        assert time.perf_counter() - committed < PATIENCE, list(owed.values_list("handler", "status", "last_error"))
        time.sleep(0.02)
    return job.pk, time.perf_counter() - committed, matches.count()


def write_bare(job: int) -> float:
    """Return the seconds that as many rows take, which nobody reads."""
    began = time.perf_counter()
    execute("INSERT INTO bench_told SELECT search_id, job_id FROM jobs_alertmatch WHERE job_id = %s", job)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()

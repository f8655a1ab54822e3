"""Those who publish, those who close and those who learn meet."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from companies.models import Company
from jobs.models import Job, PostingTerms, SearchTerm
from jobs.search import work
from jobs.search.index import index_jobs, unindex_jobs
from jobs.search.opensearch import feeding
from jobs.search.terms import learning
from jobs.search.terms.learning import learn
from jobs.search.terms.suggesting import suggest
from jobs.search.terms.upkeep import mend
from jobs.tests.factories import make_job

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TITLES = ["Baker", "Butcher", "Brewer"]


def at_once(*works: Callable[[], Any]) -> list[BaseException]:
    """Run everything at once; return what went wrong."""
    gate, wrong = threading.Barrier(len(works)), []

    def run(task: Callable[[], Any]) -> None:
        gate.wait()
        try:
            task()
        except BaseException as error:  # noqa: BLE001 - judged by the test
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[task]) for task in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def live_titles(jobs: list[Job]) -> Counter[str]:
    """Count the titles of what the narrow table holds."""
    kept = set(Job.objects.filter(search_row__isnull=False).values_list("pk", flat=True))
    return Counter(title for pk, title in Job.objects.values_list("pk", "title") if pk in kept)


def test_counts_are_true_whoever_publishes_closes_and_learns_at_once(acme: Company) -> None:
    dice = random.Random(13)
    jobs = [make_job(company=acme, title=dice.choice(TITLES), skills=["Dough"]) for _ in range(24)]
    done = threading.Event()

    def market(part: list[Job], seed: int) -> None:
        own = random.Random(seed)
        for _ in range(60):
            job = own.choice(part)
            if own.random() < 0.3:
                Job.objects.filter(pk=job.pk).update(title=own.choice(TITLES))
            (unindex_jobs if own.random() < 0.4 else index_jobs)([job.pk])

    def learner() -> None:
        while not done.is_set():
            learn()

    def markets() -> None:
        try:
            wrong = at_once(*(lambda part=jobs[at::4], seed=at: market(part, seed) for at in range(4)))
            assert wrong == []
        finally:
            done.set()

    assert at_once(markets, learner, learner, mend) == []
    while learn():
        pass
    assert work.lag()[work.TERMS] == (0, 0.0)
    expected = live_titles(jobs)
    assert {found.text: found.jobs for found in suggest("b", ["title"])} == dict(expected)
    dough = SearchTerm.objects.filter(kind="skill", value="dough").values_list("live", flat=True)
    assert sum(dough) == expected.total() == PostingTerms.objects.count()


def test_one_at_a_time_learns_and_one_feeds_the_cluster(acme: Company) -> None:
    index_jobs([make_job(company=acme, title="Baker").pk])
    work.ask(work.OPENSEARCH, Job.objects.values_list("pk", flat=True))
    done: list[int] = []
    with transaction.atomic():
        assert learning.lock() and feeding.lock(wait=False)
        wrong = at_once(lambda: done.append(learn()), lambda: done.append(feeding.feed()))
    assert (wrong, done) == ([], [0, 0])
    assert {reader: waiting for reader, (waiting, _) in work.lag().items()} == {work.TERMS: 1, work.OPENSEARCH: 1}
    assert learn() == 1


def test_a_learner_that_dies_leaves_its_work(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    index_jobs([make_job(company=acme, title="Baker").pk])

    def killed(_work: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(learning.work, "finish", killed)
        with pytest.raises(SystemExit):
            learn()
    assert work.lag()[work.TERMS][0] == 1 and not SearchTerm.objects.exists()
    assert learn() == 1 and [found.jobs for found in suggest("bak")] == [1]

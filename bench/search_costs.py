"""How ``bench.search`` measures: processor time, textbook full text, what a publication costs, the way over HTTP."""

from __future__ import annotations

import http.client
import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.harness import backend_clock
from bench.search_market import FACETS
from bench.search_queries import Asked, parameters_of, query_of

ROUNDS = 3
CLIENTS, CALLS = 20, 25
PUBLICATIONS = 100
TEXTBOOK = """SELECT job_id, ts_rank(doc, q) AS rank FROM jobs_jobsearch, to_tsquery('job_english', %(text)s) q
WHERE doc @@ q AND {filters} ORDER BY rank DESC LIMIT 20"""
ROOT = Path(__file__).resolve().parent.parent


class Meter:
    """Processor time of this thread and its backend. ``python`` is this thread's part of the last cost."""

    def __init__(self) -> None:
        self.clock = backend_clock()
        self.python = 0.0

    def cost(self, work: Callable[[], Any], rounds: int = ROUNDS) -> float:
        """Return the median cost of a call in milliseconds, after a call that does not count."""
        if rounds > 1:
            work()
        times = []
        for _ in range(rounds):
            backend, own = self.clock() or 0.0, time.thread_time()
            work()
            python = time.thread_time() - own
            times.append(((python + (self.clock() or 0.0) - backend) * 1_000, python * 1_000))
        self.python = statistics.median(python for _, python in times)
        return statistics.median(whole for whole, _ in times)


def quantiles(values: list[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile."""
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[94]


def execute(statement: str, params: Any = None) -> list[Any]:
    """Ask PostgreSQL."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []


def textbook_cost(meter: Meter, asked: Asked) -> float:
    """Return what a page costs as textbooks do it: all that is found is ranked, by the whole document."""
    columns = {"work_mode": asked.work_mode, "employment_type": asked.employment_type, "category": asked.category}
    filters = [f"{name} = {value}" for name, value in columns.items() if value]
    filters += [f"experience_level = {asked.experience_level}"] if asked.experience_level else []
    filters += [f"countries @> '{{{asked.country}}}'"] if asked.country else []
    filters += [f"sal_max >= {asked.pay * 10_000}"] if asked.pay else []
    statement = TEXTBOOK.format(filters=" AND ".join(filters) or "true")
    return meter.cost(lambda: execute(statement, {"text": " & ".join(asked.words)}), rounds=1)


def publishing(meter: Meter) -> tuple[float, float, str]:
    """Return the costs of indexing a posting in a transaction of its own, pending list included, and of an UPDATE."""
    from jobs.search.index import index_jobs, next_ordinals, unindex_jobs

    ordinals = next_ordinals(PUBLICATIONS)
    made = make_postings([10**9 + ordinal for ordinal in ordinals], ordinals, with_text=True)
    execute("SELECT gin_clean_pending_list('jobs_search_doc')")
    every = [meter.cost(partial(index_jobs, [pk]), rounds=1) for pk in made]
    flush = meter.cost(lambda: execute("SELECT gin_clean_pending_list('jobs_search_doc')"), rounds=1)
    update = "UPDATE jobs_jobsearch SET expires = expires - 1 WHERE job_id = %s"
    keyed = statistics.median(meter.cost(partial(execute, update, [pk]), rounds=1) for pk in made)
    unindex_jobs(made)
    execute("TRUNCATE jobs_indexwork")
    # The mean, since some insertions pay for those before them: they empty the pending list.
    return statistics.mean(every) + flush / len(made), keyed, f"{statistics.mean(every):.2f} ms"


def make_postings(job_ids: list[int], ordinals: list[int], *, with_text: bool = False) -> list[int]:
    """Make the postings that rows of the narrow table stand for, so that there are cards to show; returns their ids."""
    from django.utils import timezone

    from jobs.models import Job, Status

    dice, now = random.Random(3), timezone.now()  # noqa: S311
    words = [word for (word,) in execute("SELECT name FROM resumes_skill WHERE slug LIKE 'bench-%%' LIMIT 2000")]
    jobs = (
        Job(
            pk=pk,
            company_id=1 + pk % 1_000,
            title=" ".join(dice.sample(words, 2)),
            description=" ".join(dice.choices(words, k=100)) if with_text else "",
            language="en",
            category_id=1 + pk % 24,
            status=Status.LIVE,
            published_at=now,
            search_ord=ordinal,
        )
        for pk, ordinal in zip(job_ids, ordinals, strict=True)
    )
    Job.objects.bulk_create(jobs, ignore_conflicts=True)  # an earlier run may have made them
    return job_ids


def over_http(run: Any) -> tuple[float, float]:
    """Return the p95 waits, in ms, of 20 clients: of GET /jobs/ with facets, and of the service's own functions."""
    asked = [one for one in run.made if not one.depth]
    shown = {hit.job_id for one in asked for hit in run.engine.search(query_of(one, run.slugs)).hits}
    make_postings(sorted(shown), sorted(shown))

    def service(one: Asked) -> None:
        query = query_of(one, run.slugs)
        run.engine.search(query)
        run.engine.facets(query, FACETS)

    own = at_once(asked, lambda: service)
    with house() as port:

        def client() -> Callable[[Asked], None]:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

            def ask(one: Asked) -> None:
                connection.request("GET", f"/api/v1/jobs/?{urlencode(parameters_of(one, run.slugs))}")
                answer = connection.getresponse()
                body = answer.read()
                assert answer.status == 200, (answer.status, body[:300])

            return ask

        at_once(asked, client)  # its processes learn what they keep
        web = at_once(asked, client)
    return quantiles(web)[1], quantiles(own)[1]


def at_once(asked: list[Asked], make: Callable[[], Callable[[Asked], None]]) -> list[float]:
    """Let 20 callers each call so many times; returns each wait in ms."""
    from django.db import connections

    waits: list[float] = []
    failed: list[Exception] = []

    def caller(number: int) -> None:
        try:
            call, mine = make(), cycle(asked[number::CLIENTS])
            for _ in range(CALLS):
                one, started = next(mine), time.perf_counter()
                call(one)
                waits.append((time.perf_counter() - started) * 1_000)
        except Exception as error:  # noqa: BLE001 - told by the thread that waits
            failed.append(error)
        finally:
            connections.close_all()

    callers = [threading.Thread(target=caller, args=(number,)) for number in range(CLIENTS)]
    for thread in callers:
        thread.start()
    for thread in callers:
        thread.join()
    if failed:
        raise failed[0]
    return waits


@contextmanager
def house() -> Iterator[int]:
    """Serve as production does, two processes of eight threads, without limits of rate; yields the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--workers", "2", "--threads", "8", "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(  # noqa: S603 - ourselves
        [*command, "--chdir", str(ROOT), "--log-level", "warning", "bench.search_costs:serve()"], env=os.environ.copy()
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def serve() -> Any:
    """Return the WSGI application, whose limits of rate a benchmark does not reach."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "umemployed.settings")
    from django.conf import settings

    from umemployed.wsgi import application

    settings.RATE_LIMITS = {name: {**limit, "limit": 1_000_000} for name, limit in settings.RATE_LIMITS.items()}
    return application

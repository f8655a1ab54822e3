"""How well durations tell known addresses from unknown ones: 0.50 is not at all, 1.00 is always.

The figure is the area under the ROC curve: the chance that a random request about a known address took
longer than a random one about an unknown address.
"""

from __future__ import annotations

import random
import statistics
import uuid
from collections.abc import Callable

from bench.harness import Row, backend_clock, prepare, report

PASSWORD = "correct horse battery staple"  # noqa: S105 - of people who live for this run
PAIRS = 200
WARM_UP = 5
SAMPLES = 400  # of the bootstrap


def auc(known: list[float], unknown: list[float]) -> float:
    """Return the chance that the known one is the slower of a random pair."""
    ranks = sum((one > other) + (one == other) / 2 for one in known for other in unknown)
    return ranks / (len(known) * len(unknown))


def interval(known: list[float], unknown: list[float]) -> tuple[float, float]:
    """Return between what the figure lies in nineteen of twenty resamplings."""
    choose = random.Random(7).choices  # noqa: S311 - a resampling, no secret
    found = [auc(choose(known, k=len(known)), choose(unknown, k=len(unknown))) for _ in range(SAMPLES)]
    cuts = statistics.quantiles(found, n=40)
    return cuts[0], cuts[-1]


def pairs(known: Row, unknown: Row) -> None:
    """Measure PAIRS pairs, each in an order of its own."""
    clock = backend_clock()
    for number in range(-WARM_UP, PAIRS):
        both = [known, unknown]
        random.shuffle(both)
        for row in both:
            row.work() if number < 0 else row.measure(clock)


def shape_of(ask: Callable[[], object]) -> tuple[object, ...]:
    """Return what must be the same for both: the status, the body but for the request's id, the names of headers."""
    answer = ask()
    body = {name: value for name, value in answer.json().items() if name != "request_id"}  # type: ignore[attr-defined]
    return answer.status_code, str(body), tuple(sorted(answer.headers))  # type: ignore[attr-defined]


def main() -> None:
    """Measure and report."""
    prepare()
    from django.conf import settings
    from django.utils import timezone
    from rest_framework.test import APIClient

    from accounts.models import User

    settings.RATE_LIMIT_PREFIX = f"um:bench:{uuid.uuid4().hex}"
    settings.RATE_LIMITS = {name: {**limit, "limit": 1_000_000} for name, limit in settings.RATE_LIMITS.items()}
    run = uuid.uuid4().hex
    proved = User.objects.create_user(f"known-{run}@example.com", PASSWORD, email_verified_at=timezone.now())
    unproved = User.objects.create_user(f"new-{run}@example.com", PASSWORD)
    client = APIClient()

    def ask(path: str, email: str, **more: str) -> object:
        return client.post(f"/api/v1/auth/{path}/", {"email": email, **more})

    def stranger() -> str:
        return f"{uuid.uuid4().hex}-{run}@example.com"

    lines = ["| | known p50 ms | unknown p50 ms | AUC | 95 % |", "|---|---|---|---|---|"]
    for path, email, more in [
        ("login", proved.email, {"password": "a wrong one"}),
        ("password/reset", proved.email, {}),
        ("verify-email/resend", unproved.email, {}),
        ("register", proved.email, {"password": PASSWORD}),
    ]:
        known = Row(path, lambda path=path, email=email, more=more: ask(path, email, **more))
        unknown = Row(path, lambda path=path, more=more: ask(path, stranger(), **more))
        if shape_of(known.work) != shape_of(unknown.work):
            raise SystemExit(f"{path} answers known and unknown addresses differently")
        pairs(known, unknown)
        low, high = interval(known.seconds, unknown.seconds)
        medians = f"{known.percentile(50):.1f} | {unknown.percentile(50):.1f}"
        lines.append(f"| {path} | {medians} | {auc(known.seconds, unknown.seconds):.2f} | {low:.2f} to {high:.2f} |")
    User.objects.filter(email__endswith=f"-{run}@example.com").delete()
    report("enumeration", "\n".join(lines))


if __name__ == "__main__":
    main()

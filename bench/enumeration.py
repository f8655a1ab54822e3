"""How well durations tell known addresses from unknown ones: 0.50 is not at all, 1.00 is always.

The figure is the area under the ROC curve: the chance that a random request about a known address took
longer than a random one about an unknown address.
"""

from __future__ import annotations

import uuid

from bench.harness import Row, interleave, prepare, report

PASSWORD = "correct horse battery staple"  # noqa: S105 - of people who live for this run
ROUNDS = 100


def auc(known: Row, unknown: Row) -> float:
    """Return the chance that ``known`` is the slower one of a random pair."""
    pairs = [(one > other) + (one == other) / 2 for one in known.seconds for other in unknown.seconds]
    return sum(pairs) / len(pairs)


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
    person = User.objects.create_user(f"known-{run}@example.com", PASSWORD, email_verified_at=timezone.now())
    client = APIClient()

    def ask(path: str, email: str, **more: str) -> None:
        client.post(f"/api/v1/auth/{path}/", {"email": email, **more})

    def stranger() -> str:
        return f"{uuid.uuid4().hex}-{run}@example.com"

    rows: list[Row] = []
    for path, more in [
        ("login", {"password": "a wrong one"}),
        ("password/reset", {}),
        ("register", {"password": PASSWORD}),
    ]:
        rows.append(Row(f"{path}, known", lambda path=path, more=more: ask(path, person.email, **more)))
        rows.append(Row(f"{path}, unknown", lambda path=path, more=more: ask(path, stranger(), **more)))
    interleave(rows, rounds=ROUNDS)
    User.objects.filter(email__endswith=f"-{run}@example.com").delete()
    lines = ["| | known p50 ms | unknown p50 ms | AUC |", "|---|---|---|---|"]
    for known, unknown in zip(rows[::2], rows[1::2], strict=True):
        medians = f"{known.percentile(50):.1f} | {unknown.percentile(50):.1f}"
        lines.append(f"| {known.name.removesuffix(', known')} | {medians} | {auc(known, unknown):.2f} |")
    report("enumeration", "\n".join(lines))


if __name__ == "__main__":
    main()

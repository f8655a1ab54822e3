"""Sign-in through the view, against what cannot be saved: one bare Argon2id verification."""

from __future__ import annotations

import uuid

from bench.harness import Row, interleave, prepare, report, table

PASSWORD = "correct horse battery staple"  # noqa: S105 - of a person who lives for this run
ROUNDS = 60


def main() -> None:
    """Measure and report."""
    prepare()
    from django.conf import settings
    from rest_framework.test import APIClient

    from accounts.models import User

    settings.RATE_LIMIT_PREFIX = f"um:bench:{uuid.uuid4().hex}"
    settings.RATE_LIMITS = {name: {**limit, "limit": 1_000_000} for name, limit in settings.RATE_LIMITS.items()}
    person = User.objects.create_user(f"bench-{uuid.uuid4().hex}@example.com", PASSWORD)
    client = APIClient()

    def sign_in(email: str, password: str) -> dict[str, str]:
        return client.post("/api/v1/auth/login/", {"email": email, "password": password}).json()

    tokens = sign_in(person.email, PASSWORD)

    def refresh() -> None:
        tokens.update(client.post("/api/v1/auth/refresh/", {"refresh": tokens["refresh"]}).json())

    def me() -> None:
        client.get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")

    rows = interleave(
        [
            Row("floor: one bare Argon2id verification", lambda: person.check_password(PASSWORD)),
            Row("sign-in", lambda: sign_in(person.email, PASSWORD)),
            Row("sign-in, wrong password", lambda: sign_in(person.email, "not the password")),
            Row("sign-in, unknown address", lambda: sign_in("nobody@example.com", PASSWORD)),
            Row("refresh", refresh),
            Row("GET /me/: token, session row and answer", me),
        ],
        rounds=ROUNDS,
    )
    person.delete()
    report("login", table(rows))


if __name__ == "__main__":
    main()

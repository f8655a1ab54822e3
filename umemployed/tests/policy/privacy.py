"""Who may enter the doors of people's own data."""

from __future__ import annotations

from umemployed.privacy.tests.factories import make_export
from umemployed.tests.policy.world import Sample

POLICY: dict[str, str] = {
    "GET me/export/": "401 + + + +",
    # 403 without the password: who asks for this proves again who they are.
    "POST me/export/": "401 403 403 403 403",
    "GET me/export/{public_id}/": "401 + 404 404 404",
    "POST me/erasure/": "401 403 403 403 403",
    "GET me/erasure/": "401 404 404 404 404",
    "DELETE me/erasure/": "401 404 404 404 404",
    "GET me/consents/": "401 + + + +",
    "PUT me/consents/{purpose}/": "401 + + + +",
    "DELETE me/consents/{purpose}/": "401 + + + +",
    # By the secret of the last letter, whoever brings it; here nobody brings one.
    "GET erasure-reports/{token}/": "404 404 404 404 404",
    "GET personal-data/": "+ + + + +",
}

# Both follow a check of the password, which no transaction waits for; one at a time is their own constraint.
NOT_KEPT = {
    "POST me/export/",
    "POST me/erasure/",
}

SAMPLES: dict[str, Sample] = {
    "me/export/": lambda world: {"public_id": make_export(person=world.candidate, status="failed").public_id},
    "me/consents/": lambda world: {"purpose": "marketing"},
}

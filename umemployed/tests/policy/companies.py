"""Who may enter the doors of companies and their teams."""

from __future__ import annotations

from companies.tests.factories import make_block, make_membership
from umemployed.tests.policy.world import Sample

POLICY: dict[str, str] = {
    "GET companies/": "+ + + + +",
    "POST companies/": "401 + + + +",
    "GET companies/{slug}/": "+ + + + +",
    "PATCH companies/{slug}/": "401 404 + 404 404",
    "DELETE companies/{slug}/": "401 404 + 404 404",
    "GET companies/{slug}/members/": "401 404 + 404 404",
    "GET companies/{slug}/members/{public_id}/": "401 404 + 404 404",
    "PATCH companies/{slug}/members/{public_id}/": "401 404 + 404 404",
    "DELETE companies/{slug}/members/{public_id}/": "401 404 + 404 404",
    "GET companies/{slug}/invitations/": "401 404 + 404 404",
    "POST companies/{slug}/invitations/": "401 404 + 404 404",
    "DELETE companies/{slug}/invitations/{public_id}/": "401 404 404 404 404",
    # 400 for outsiders: the body must name a member, and they see none.
    "POST companies/{slug}/ownership/": "401 + + + +",
    "GET blocks/": "401 + + + +",
    "POST blocks/": "401 + + + +",
    "DELETE blocks/{public_id}/": "401 + 404 404 404",
    "POST invitations/{token}/accept/": "401 404 404 404 404",
}

SAMPLES: dict[str, Sample] = {
    "companies/": lambda world: {"slug": world.company.slug},
    "companies/{slug}/members/": lambda world: {
        "slug": world.company.slug,
        "public_id": make_membership(company=world.company).public_id,
    },
    "blocks/": lambda world: {"public_id": make_block(blocker=world.candidate).public_id},
}

BODIES: dict[str, dict[str, object]] = {
    "POST companies/{slug}/invitations/": {"email": "erin@example.com", "role": "recruiter"},
}

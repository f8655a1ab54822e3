"""Who may enter the doors of notifications."""

from __future__ import annotations

from notifications.tests.factories import make_notification
from umemployed.tests.policy.world import Sample

POLICY: dict[str, str] = {
    "GET notifications/": "401 + + + +",
    "GET notifications/unread-count/": "401 + + + +",
    "GET notifications/preferences/": "401 + + + +",
    "PATCH notifications/preferences/": "401 + + + +",
    "POST notifications/read-all/": "401 + + + +",
    # By the signature, whoever brings it; here nobody brings one.
    "POST mail/reports/": "403 403 403 403 403",
    "POST mail/reports/postmark/": "403 403 403 403 403",
    "POST mail/reports/ses/": "403 403 403 403 403",
    "POST notifications/{public_id}/read/": "401 + 404 404 404",
}

# The report's own id makes it one.
NOT_KEPT = {
    "POST mail/reports/",
    "POST mail/reports/postmark/",
    "POST mail/reports/ses/",
}

SAMPLES: dict[str, Sample] = {
    "notifications/": lambda world: {"public_id": make_notification(recipient=world.candidate).public_id},
}

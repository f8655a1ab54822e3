"""Who may enter the doors of files, sockets and dictionaries."""

from __future__ import annotations

from umemployed.files.tests import factories as files_for_tests  # noqa: F401 - registers the purpose "test"
from umemployed.tests.policy.world import Sample, announced_file

POLICY: dict[str, str] = {
    "GET dictionaries/": "+ + + + +",
    "POST files/": "401 + + + +",
    "GET files/{public_id}/": "401 + 404 404 404",
    "DELETE files/{public_id}/": "401 + 404 404 404",
    "POST files/{public_id}/complete/": "401 + 404 404 404",
    "POST files/{public_id}/link/": "401 + 404 404 404",
    # By the token in the header or in the link, whoever brings it; here nobody brings one.
    "PUT files/{public_id}/content/": "403 403 403 403 403",
    "GET files/{public_id}/download/": "+ + + + +",
    "POST realtime/tickets/": "401 + + + +",
    "GET realtime/bootstrap/": "401 + + + +",
}

# Completing a file twice is completing it once.
NOT_KEPT = {
    "POST files/{public_id}/complete/",
}

SAMPLES: dict[str, Sample] = {
    "files/": lambda world: {"public_id": announced_file(world.candidate).public_id},
}

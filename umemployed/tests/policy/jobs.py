"""Who may enter the doors of postings; the sample is a draft. jobs/tests/test_api.py tells who reads the others."""

from __future__ import annotations

from typing import Any

from jobs.alerts.tests.factories import make_saved_search
from jobs.importing.tests.factories import make_job_import
from jobs.tests.factories import make_job, make_job_version
from umemployed.tests.policy.world import Sample

POLICY: dict[str, str] = {
    "GET jobs/": "+ + + + +",
    "GET jobs/mine/": "401 + + + +",
    "GET jobs/suggest/": "+ + + + +",
    "POST jobs/": "401 + + + +",
    "GET jobs/{public_id}/": "404 404 + 404 404",
    "GET jobs/{public_id}/form/": "404 404 + 404 404",
    "PATCH jobs/{public_id}/": "401 404 + 404 404",
    "POST jobs/{public_id}/publish/": "401 404 + 404 404",
    "POST jobs/{public_id}/pause/": "401 404 + 404 404",
    "POST jobs/{public_id}/close/": "401 404 + 404 404",
    "POST jobs/{public_id}/reopen/": "401 404 + 404 404",
    "POST jobs/{public_id}/archive/": "401 404 + 404 404",
    "POST jobs/{public_id}/submit/": "401 404 + 404 404",
    "POST jobs/{public_id}/approve/": "401 404 + 404 404",
    "POST jobs/{public_id}/reject/": "401 404 + 404 404",
    "POST jobs/{public_id}/recall/": "401 404 + 404 404",
    "POST jobs/{public_id}/duplicate/": "401 404 + 404 404",
    "GET jobs/{public_id}/versions/": "401 404 + 404 404",
    "GET jobs/{public_id}/versions/{number}/": "401 404 + 404 404",
    "GET jobs/{public_id}/diff/": "401 404 + 404 404",
    "GET jobs/{public_id}/jsonld/": "404 404 404 404 404",
    "GET jobs/{public_id}/analytics/": "401 404 + 404 404",
    "GET jobs/recommended/": "401 + + + +",
    "GET jobs/{public_id}/match/": "401 404 + 404 404",
    "GET jobs/{public_id}/matches/": "401 404 + 404 404",
    "GET jobs/{public_id}/similar/": "404 404 404 404 404",
    "PUT jobs/{public_id}/save/": "401 404 + 404 404",
    "DELETE jobs/{public_id}/save/": "401 404 + 404 404",
    "PUT jobs/{public_id}/hide/": "401 404 + 404 404",
    "DELETE jobs/{public_id}/hide/": "401 404 + 404 404",
    "POST jobs/{public_id}/report/": "401 404 + 404 404",
    "GET locations/": "+ + + + +",
    "GET saved-jobs/": "401 + + + +",
    "GET hidden-jobs/": "401 + + + +",
    "GET saved-searches/": "401 + + + +",
    "POST saved-searches/": "401 + + + +",
    "GET saved-searches/{public_id}/": "401 404 404 404 404",
    "PATCH saved-searches/{public_id}/": "401 404 404 404 404",
    "DELETE saved-searches/{public_id}/": "401 404 404 404 404",
    "GET saved-searches/{public_id}/jobs/": "401 404 404 404 404",
    "POST saved-searches/{public_id}/seen/": "401 404 404 404 404",
    "GET boards/{slug}/jobs/": "+ + + + +",
    "GET boards/{slug}/jobs/{public_id}/": "+ + + + +",
    "GET jobs/imports/": "401 + + + +",
    "POST jobs/imports/": "401 + + + +",
    "GET jobs/imports/{public_id}/": "401 404 + 404 404",
    "GET jobs/imports/{public_id}/rows/": "401 404 + 404 404",
    "GET jobs/imports/{public_id}/report/": "401 404 + 404 404",
    "POST jobs/imports/{public_id}/cancel/": "401 404 + 404 404",
    "POST jobs/imports/{public_id}/resume/": "401 404 + 404 404",
    "GET jobs/{public_id}/reviews/": "401 404 + 404 404",
}

BODIES: dict[str, dict[str, Any]] = {
    "POST jobs/{public_id}/report/": {"reason": "fraud"},
    "POST saved-searches/": {"name": "Nurses", "parameters": "q=nurse"},
}

SAMPLES: dict[str, Sample] = {
    "saved-searches/": lambda world: {"public_id": make_saved_search().public_id},
    "boards/": lambda world: {"slug": world.company.slug, "public_id": make_job(company=world.company).public_id},
    "jobs/imports/": lambda world: {"public_id": make_job_import(company=world.company).public_id},
    "jobs/{public_id}/versions/": lambda world: {
        "public_id": make_job_version(job=make_job(company=world.company)).job.public_id,
        "number": 1,
    },
    "jobs/": lambda world: {"public_id": make_job(company=world.company, status="draft").public_id},
}

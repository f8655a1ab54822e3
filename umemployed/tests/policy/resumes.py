"""Who may enter the doors of résumés and skills."""

from __future__ import annotations

from resumes.tests.factories import make_resume
from umemployed.tests.policy.world import Sample

POLICY: dict[str, str] = {
    "GET skills/": "+ + + + +",
    "GET resumes/": "401 + + + +",
    "POST resumes/": "401 + + + +",
    "POST resumes/import/": "401 + + + +",
    "GET resumes/{public_id}/": "401 + 404 404 404",
    "PATCH resumes/{public_id}/": "401 + 404 404 404",
    "DELETE resumes/{public_id}/": "401 + 404 404 404",
    "GET resumes/{public_id}/export/": "401 + 404 404 404",
    "POST resumes/{public_id}/duplicate/": "401 + 404 404 404",
    "POST resumes/{public_id}/make-primary/": "401 + 404 404 404",
    "POST resumes/{public_id}/publish/": "401 + 404 404 404",
    "POST resumes/{public_id}/unpublish/": "401 + 404 404 404",
}

for _section in ("certificates", "education", "experiences", "languages", "links", "projects", "skills"):
    _rows = f"resumes/{{resume_id}}/{_section}/"
    POLICY |= {
        f"GET {_rows}": "401 + 404 404 404",
        f"POST {_rows}": "401 + 404 404 404",
        f"PUT {_rows}order/": "401 + 404 404 404",
        f"GET {_rows}{{public_id}}/": "401 404 404 404 404",
        f"PATCH {_rows}{{public_id}}/": "401 404 404 404 404",
        f"DELETE {_rows}{{public_id}}/": "401 404 404 404 404",
    }

SAMPLES: dict[str, Sample] = {
    "resumes/": lambda world: {"public_id": make_resume(owner=world.candidate).public_id},
    "resumes/{resume_id}/": lambda world: {"resume_id": make_resume(owner=world.candidate).public_id},
}

BODIES: dict[str, dict[str, object]] = {
    "POST resumes/{resume_id}/certificates/": {"name": "CKA"},
    "POST resumes/{resume_id}/education/": {"institution": "University of Buea"},
    "POST resumes/{resume_id}/experiences/": {"company_name": "Acme", "position": "Nurse"},
    "POST resumes/{resume_id}/languages/": {"language": "fr"},
    "POST resumes/{resume_id}/links/": {"url": "https://alice.example/"},
    "POST resumes/{resume_id}/projects/": {"name": "A bridge"},
    "POST resumes/{resume_id}/skills/": {"name": "Python"},
}

"""Who may enter which door: one line for every route and method, checked by test_routes.py.

How to add a route: run ``python -m pytest umemployed/tests/test_routes.py``; it prints the lines that are
missing. Write for each what the five actors meet, in the order

    anonymous, candidate (Alice), recruiter of the company (Bob), recruiter of another (Carol), staff (Dana)

``+`` means that the door opens (any answer but 401, 403 and 404), otherwise the status that refuses.
``+`` for anonymous makes the route public. A route about one object needs a sample in ``SAMPLES``: a
function that gives the URL's arguments for an object of Alice or of Bob's company. Without one the id is
of nothing, and everybody who is signed in must meet 404. ``BODIES`` holds a body where ``{}`` would not
reach the judgement of rights.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from accounts.tests.factories import make_session
from applications.models import Application
from applications.tests.factories import make_application
from companies.models import Company
from companies.tests.factories import make_membership
from jobs.tests.factories import make_job
from messaging.tests.factories import make_conversation
from notifications.tests.factories import make_notification
from resumes.tests.factories import make_resume
from umemployed.files.models import StoredFile
from umemployed.files.services import announce_upload
from umemployed.files.tests import factories as files_for_tests  # noqa: F401 - registers the purpose "test"

ACTORS = ("anonymous", "candidate", "recruiter", "other", "staff")


@dataclass
class World:
    """The cast, and what belongs to them; samples add rows as they need them."""

    candidate: User
    recruiter: User
    other: User
    staff: User
    company: Company


def nothing(world: World) -> dict[str, Any]:
    """Name an object that does not exist."""
    return {"public_id": uuid.UUID("0190c0de-0000-7000-8000-000000000000")}


def announced_file(owner: User) -> StoredFile:
    """A file whose bytes have not come yet."""
    return announce_upload(actor=owner, purpose="test", name="cv.pdf", size=1000)


def sent_application(world: World) -> Application:
    """Alice's application to Bob's company."""
    sent = Application.objects.filter(candidate=world.candidate).first()
    return sent or make_application(candidate=world.candidate, job=make_job(company=world.company))


POLICY: dict[str, str] = {
    "GET dictionaries/": "+ + + + +",
    # --- files ---
    "POST files/": "401 + + + +",
    "GET files/{public_id}/": "401 + 404 404 404",
    "DELETE files/{public_id}/": "401 + 404 404 404",
    "POST files/{public_id}/complete/": "401 + 404 404 404",
    "POST files/{public_id}/link/": "401 + 404 404 404",
    # By the token in the header or in the link, whoever brings it; here nobody brings one.
    "PUT files/{public_id}/content/": "403 403 403 403 403",
    "GET files/{public_id}/download/": "+ + + + +",
    # --- accounts ---
    "POST auth/register/": "+ + + + +",
    "POST auth/login/": "+ + + + +",
    "POST auth/login/mfa/": "+ + + + +",
    "POST auth/email/change/": "401 403 403 403 403",
    "POST auth/email/change/confirm/": "+ + + + +",
    "GET auth/mfa/": "401 + + + +",
    # 403 without the password: who changes this proves again who they are.
    "POST auth/mfa/totp/": "401 403 403 403 403",
    "POST auth/mfa/totp/confirm/": "401 + + + +",
    "POST auth/mfa/recovery-codes/": "401 403 403 403 403",
    "POST auth/mfa/disable/": "401 403 403 403 403",
    "POST auth/refresh/": "+ + + + +",
    "POST auth/logout/": "401 + + + +",
    "POST auth/verify-email/": "+ + + + +",
    "POST auth/verify-email/resend/": "+ + + + +",
    "POST auth/password/change/": "401 + + + +",
    "POST auth/password/reset/": "+ + + + +",
    "POST auth/password/reset/confirm/": "+ + + + +",
    "GET auth/sessions/": "401 + + + +",
    "DELETE auth/sessions/{public_id}/": "401 + 404 404 404",
    "GET me/": "401 + + + +",
    "PATCH me/": "401 + + + +",
    # --- companies ---
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
    "POST invitations/{token}/accept/": "401 404 404 404 404",
    # --- résumés ---
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
    # --- jobs (the sample is a draft; who reads public and closed ones is told in jobs/tests/test_api.py) ---
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
    # --- conversations (on Alice's application to Bob's company) ---
    "GET conversations/": "401 + + + +",
    "POST conversations/": "401 + + + +",
    "GET conversations/{public_id}/": "401 + + 404 404",
    "POST conversations/{public_id}/read/": "401 + + 404 404",
    "GET conversations/{conversation_id}/messages/": "401 + + 404 404",
    "POST conversations/{conversation_id}/messages/": "401 + + 404 404",
    # --- applications (Alice's to Bob's company) ---
    "POST jobs/{public_id}/apply/": "401 404 + 404 404",
    "GET applications/": "401 + + + +",
    "GET jobs/{public_id}/stages/": "401 404 + 404 404",
    "GET applications/{public_id}/": "401 + + 404 404",
    "GET applications/{public_id}/timeline/": "401 + + 404 404",
    "GET applications/{public_id}/capsule/": "401 + + 404 404",
    "POST applications/{public_id}/move/": "401 403 + 404 404",
    "POST applications/{public_id}/hire/": "401 403 + 404 404",
    "POST applications/{public_id}/reject/": "401 403 + 404 404",
    "POST applications/{public_id}/restore/": "401 403 + 404 404",
    "POST applications/{public_id}/withdraw/": "401 + 403 404 404",
    # --- subscriptions ---
    "GET plans/": "+ + + + +",
    "GET subscription/": "401 + + + +",
    "GET subscription/usage/": "401 + + + +",
    # --- sockets ---
    "POST realtime/tickets/": "401 + + + +",
    "GET realtime/bootstrap/": "401 + + + +",
    # --- notifications ---
    "GET notifications/": "401 + + + +",
    "GET notifications/unread-count/": "401 + + + +",
    "GET notifications/preferences/": "401 + + + +",
    "PATCH notifications/preferences/": "401 + + + +",
    "POST notifications/read-all/": "401 + + + +",
    "POST notifications/{public_id}/read/": "401 + 404 404 404",
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

# POSTs whose answers are kept under no idempotency key: tokens are stored nowhere (a repeated login opens
# another session, a repeated refresh has its own grace of ten seconds), and completing a file twice is
# completing it once.
NOT_KEPT = {
    "POST auth/login/",
    "POST auth/login/mfa/",
    "POST auth/email/change/",
    "POST auth/mfa/totp/",
    "POST auth/mfa/totp/confirm/",
    "POST auth/mfa/recovery-codes/",
    "POST auth/mfa/disable/",
    "POST auth/refresh/",
    "POST auth/password/change/",
    "POST files/{public_id}/complete/",
}

# By the beginning of the path; the longest that fits wins.
SAMPLES: dict[str, Callable[[World], dict[str, Any]]] = {
    "auth/sessions/": lambda world: {"public_id": make_session(user=world.candidate).public_id},
    "files/": lambda world: {"public_id": announced_file(world.candidate).public_id},
    "companies/": lambda world: {"slug": world.company.slug},
    "companies/{slug}/members/": lambda world: {
        "slug": world.company.slug,
        "public_id": make_membership(company=world.company).public_id,
    },
    "jobs/": lambda world: {"public_id": make_job(company=world.company, status="draft").public_id},
    "applications/": lambda world: {"public_id": sent_application(world).public_id},
    "conversations/": lambda world: {
        name: make_conversation(application=sent_application(world)).public_id
        for name in ("public_id", "conversation_id")
    },
    "resumes/": lambda world: {"public_id": make_resume(owner=world.candidate).public_id},
    "resumes/{resume_id}/": lambda world: {"resume_id": make_resume(owner=world.candidate).public_id},
    "notifications/": lambda world: {"public_id": make_notification(recipient=world.candidate).public_id},
}

BODIES: dict[str, dict[str, Any]] = {
    "POST auth/email/change/": {"email": "erin@example.com"},
    "POST applications/{public_id}/move/": {"stage": str(uuid.UUID(int=7)), "version": 1},
    "POST applications/{public_id}/hire/": {"version": 1},
    "POST applications/{public_id}/reject/": {"reason": "pay", "version": 1},
    "POST applications/{public_id}/restore/": {"version": 1},
    "POST companies/{slug}/invitations/": {"email": "erin@example.com", "role": "recruiter"},
    "POST resumes/{resume_id}/certificates/": {"name": "CKA"},
    "POST resumes/{resume_id}/education/": {"institution": "University of Buea"},
    "POST resumes/{resume_id}/experiences/": {"company_name": "Acme", "position": "Nurse"},
    "POST resumes/{resume_id}/languages/": {"language": "fr"},
    "POST resumes/{resume_id}/links/": {"url": "https://alice.example/"},
    "POST resumes/{resume_id}/projects/": {"name": "A bridge"},
    "POST resumes/{resume_id}/skills/": {"name": "Python"},
}

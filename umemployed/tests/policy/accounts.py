"""Who may enter the doors of people and their sessions."""

from __future__ import annotations

from accounts.social.tests.factories import make_connection
from accounts.tests.factories import make_session
from umemployed.tests.policy.world import Sample

POLICY: dict[str, str] = {
    "POST auth/register/": "+ + + + +",
    "POST auth/login/": "+ + + + +",
    "POST auth/login/mfa/": "+ + + + +",
    "POST auth/email/change/": "401 403 403 403 403",
    "POST auth/email/change/confirm/": "401 + + + +",
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
    "GET auth/social/": "+ + + + +",
    # No provider is set up in the tests of the policy: what does not exist is 404 for everybody.
    "POST auth/social/{provider}/start/": "404 404 404 404 404",
    "POST auth/social/{provider}/complete/": "+ + + + +",
    "POST auth/social/connections/start/": "401 404 404 404 404",
    "POST auth/social/connections/complete/": "401 + + + +",
    "GET auth/social/connections/": "401 + + + +",
    "DELETE auth/social/connections/{public_id}/": "401 + 404 404 404",
    "GET me/": "401 + + + +",
    "PATCH me/": "401 + + + +",
}

# Tokens are stored nowhere: a repeated login opens another session, a repeated refresh has its grace of ten seconds.
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
    "POST auth/social/{provider}/start/",
    "POST auth/social/{provider}/complete/",
    "POST auth/social/connections/start/",
    "POST auth/social/connections/complete/",
}

SAMPLES: dict[str, Sample] = {
    "auth/sessions/": lambda world: {"public_id": make_session(user=world.candidate).public_id},
    "auth/social/connections/": lambda world: {"public_id": make_connection(user=world.candidate).public_id},
}

BODIES: dict[str, dict[str, object]] = {
    "POST auth/email/change/": {"email": "erin@example.com"},
    "POST auth/social/connections/start/": {"provider": "nothing"},
}

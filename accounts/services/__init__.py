"""The verbs of accounts."""

from accounts.services.credentials import (
    WrongPassword,
    change_password,
    confirm_password_reset,
    note_password_set,
    request_password_reset,
    restore_user,
    suspend_user,
)
from accounts.services.profile import edit_profile
from accounts.services.sessions import (
    BadCredentials,
    BadRefreshToken,
    TokenPair,
    end_own_session,
    end_sessions,
    refresh_session,
    sign_in,
    sign_out,
    start_session,
)
from accounts.services.verification import (
    BadLink,
    EmailUnverified,
    register,
    require_verified,
    resend_verification,
    verify_email,
)

__all__ = [
    "BadCredentials",
    "BadLink",
    "BadRefreshToken",
    "EmailUnverified",
    "TokenPair",
    "WrongPassword",
    "change_password",
    "confirm_password_reset",
    "edit_profile",
    "end_own_session",
    "end_sessions",
    "note_password_set",
    "refresh_session",
    "register",
    "request_password_reset",
    "require_verified",
    "resend_verification",
    "restore_user",
    "sign_in",
    "sign_out",
    "start_session",
    "suspend_user",
    "verify_email",
]

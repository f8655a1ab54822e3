"""Who may come in: passwords, tokens, sessions, providers, and the keys that seal and encrypt."""

from datetime import timedelta

from umemployed import env
from umemployed.settings.house import FRONTEND_URL, LOCAL, PUBLIC_URL, SECRET_KEY

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["accounts.passwords.Argon2idHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.GuessableValidator"},
]
JWT_SIGNING_KEY = env.text("JWT_SIGNING_KEY", SECRET_KEY if LOCAL else None)
# Keys that verify and do not sign: the next one, then the last one (docs/keys.md).
JWT_PREVIOUS_KEYS = env.words("JWT_PREVIOUS_KEYS")
SIMPLE_JWT = {  # accounts.tokens adds the ring of keys, and the type in the header
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=10),
    "ALGORITHM": "HS256",
    "SIGNING_KEY": JWT_SIGNING_KEY,
    "AUDIENCE": "umemployed",
    "ISSUER": PUBLIC_URL,
    "AUTH_TOKEN_CLASSES": ["accounts.tokens.AccessToken"],
    "USER_ID_FIELD": "public_id",
    "USER_ID_CLAIM": "sub",
    "TOKEN_TYPE_CLAIM": None,  # the header's typ says it (RFC 9068)
    "JTI_CLAIM": None,  # sid names the row that is asked
}
SESSION_LIFETIME = timedelta(days=30)  # absolute: refreshing does not extend it
SESSIONS_KEEP_DAYS = env.integer("SESSIONS_KEEP_DAYS", 30, minimum=1)  # after their end, for the history
REFRESH_GRACE = timedelta(seconds=10)  # two tabs may present the same refresh token
VERIFY_EMAIL_LIFETIME = timedelta(days=3)
RESET_PASSWORD_LIFETIME = timedelta(hours=1)
INVITATION_LIFETIME = timedelta(days=7)
ASSESSMENT_GRACE = timedelta(seconds=30)  # for what was sent in time over a slow line
# Staff enter the admin in two steps; a newcomer's own house lets them in with the password.
ADMIN_REQUIRES_MFA = env.flag("ADMIN_REQUIRES_MFA", default=not LOCAL)
MFA_LIFETIME = timedelta(minutes=5)  # from the password to the code
# Providers through which people sign in; accounts.social.providers reads it when the program starts.
SOCIAL_PROVIDERS = env.json_object("SOCIAL_PROVIDERS")
# Pages of the frontend to which a provider may send people back; the first is the usual one.
SOCIAL_REDIRECT_URIS = env.words("SOCIAL_REDIRECT_URIS") or [f"{FRONTEND_URL}/auth/callback"]
SOCIAL_LIFETIME = timedelta(minutes=10)  # from leaving for the provider to coming back
SOCIAL_REQUEST_SECONDS = 4  # for one answer of a provider
SOCIAL_TOTAL_SECONDS = 10  # for all that one sign-in asks of it
# Seals of the audit record: the first key seals, every one is believed; old ones stay for as long as their entries.
AUDIT_KEYS = env.words("AUDIT_KEYS", (SECRET_KEY.ljust(32, "-"),) if LOCAL else ())
# Secrets in columns: the first key encrypts, every one decrypts (docs/keys.md says how to rotate).
FIELD_ENCRYPTION_KEYS = env.words("FIELD_ENCRYPTION_KEYS", (SECRET_KEY.ljust(32, "-"),) if LOCAL else ())

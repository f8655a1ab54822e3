"""All settings, read from the environment by strict readers. Imported by nobody; Django loads it.

``UMEMPLOYED_ENV`` is ``production`` (the default: nothing secret has a default),
``embedded`` (set by ``./dev``) or ``test``.
"""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from corsheaders.defaults import default_headers
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from umemployed import env
from umemployed.schedule import BEAT_SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Which house is this -------------------------------------------------------------------------
ENVIRONMENT = env.choice("UMEMPLOYED_ENV", "production", ("production", "embedded", "test"))
LOCAL = ENVIRONMENT in {"embedded", "test"}
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", "embedded-only-not-a-secret-" + "x" * 40 if LOCAL else None)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]", "testserver") if LOCAL else ())
PUBLIC_URL = env.text("PUBLIC_URL", "http://127.0.0.1:8000" if LOCAL else None).rstrip("/")
FRONTEND_URL = env.text("FRONTEND_URL", PUBLIC_URL if LOCAL else None).rstrip("/")

# --- What is installed ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "accounts.admin_config.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
    "social_django",
    "storages",
    "umemployed.api",
    "umemployed.events",
    "umemployed.realtime",
    "umemployed.files",
    "umemployed.audit",
    "umemployed.vault",
    "umemployed.privacy",
    "accounts",
    "companies",
    "resumes",
    "subscriptions",
    "jobs",
    "applications",
    "messaging",
    "notifications",
    *(["umemployed.embedded"] if LOCAL else []),
]

MIDDLEWARE = [
    "umemployed.api.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "umemployed.api.middleware.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "umemployed.api.middleware.ApiGateMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "umemployed.urls"
WSGI_APPLICATION = "umemployed.wsgi.application"
ASGI_APPLICATION = "umemployed.asgi.application"
APPEND_SLASH = False  # umemployed.api answers 308, which keeps the body; Django's 301 drops it.

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "umemployed" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- PostgreSQL: the store of record -------------------------------------------------------------
# The program's role reads and writes rows; the owner of the tables migrates (umemployed.audit.roles). manage.py
# says which of them this process is.
DATABASE_URL = env.text("DATABASE_URL")
OWNER_DATABASE_URL = env.text("MIGRATION_DATABASE_URL", DATABASE_URL)
AS_OWNER = env.flag("UMEMPLOYED_AS_OWNER")
DATABASES = {
    "default": {
        **dj_database_url.parse(
            OWNER_DATABASE_URL if AS_OWNER else DATABASE_URL, conn_max_age=env.integer("CONN_MAX_AGE", 60)
        ),
        "CONN_HEALTH_CHECKS": True,
        # Nothing waits for ever: a black-holed server, a runaway query, a lock that somebody forgot. PgBouncer
        # drops ``options``; deploy/postgres/postgresql.conf sets the same limits on the server.
        "OPTIONS": {
            "connect_timeout": 3,
            "options": f"-c statement_timeout={env.integer('STATEMENT_TIMEOUT_MS', 30_000)}"
            f" -c lock_timeout={env.integer('LOCK_TIMEOUT_MS', 10_000)}",
        },
        # Behind PgBouncer in transaction mode a server-side cursor would outlive its connection.
        "DISABLE_SERVER_SIDE_CURSORS": env.flag("BEHIND_PGBOUNCER"),
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: cache, broker and channels, each with its own URL and key prefix ---------------------
REDIS_URL = env.text("REDIS_URL")


def redis_segment(name: str, database: int) -> str:
    """Return the segment's own URL, or the shared server's URL with the segment's database number."""
    shared = REDIS_URL.split("?")[0].rstrip("/")
    if urlsplit(shared).scheme == "unix":
        default = f"{shared}?db={database}"
    else:
        parts = urlsplit(shared)
        default = f"{parts.scheme}://{parts.netloc}/{int(parts.path.strip('/') or 0) + database}"
    return env.text(name, default)


CACHE_URL = redis_segment("CACHE_URL", 0)
BROKER_URL = redis_segment("BROKER_URL", 1)
CHANNELS_URL = redis_segment("CHANNELS_URL", 2)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "um:cache",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    },
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [{"address": CHANNELS_URL, "socket_connect_timeout": 1, "socket_timeout": 5}],
            "prefix": "um:ws",
        },
    },
}

# --- Celery --------------------------------------------------------------------------------------
# kombu spells a Unix-socket URL in its own way.
CELERY_BROKER_URL = (
    BROKER_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    if BROKER_URL.startswith("unix://")
    else BROKER_URL
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_SOFT_TIME_LIMIT = 50
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the longest task: an unfinished task is handed out again after this many seconds.
    "visibility_timeout": 120,
    "queue_order_strategy": "priority",
    "global_keyprefix": "um:jobs:",
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_TASK_QUEUES = [Queue(name) for name in ("critical", "default", "bulk")]
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
EVENTS_KEEP_DAYS = env.integer("EVENTS_KEEP_DAYS", 30, minimum=7)

# --- Who may come in -----------------------------------------------------------------------------
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

# --- REST ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.SessionTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["umemployed.api.parsers.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["umemployed.api.limits.ScopeThrottle"],
    "DEFAULT_SCHEMA_CLASS": "umemployed.api.schema.ConventionSchema",
    "EXCEPTION_HANDLER": "umemployed.api.problems.exception_handler",
    "NON_FIELD_ERRORS_KEY": "non_field_errors",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Umemployed",
    "DESCRIPTION": "Recruitment: postings, applications, conversations. Every route may also answer 405.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "PREPROCESSING_HOOKS": ["umemployed.api.schema.only_versioned"],
    "POSTPROCESSING_HOOKS": ["umemployed.api.schema.add_components"],
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False, "validatorUrl": None},
}
# How many requests in how many seconds, per account or else per trusted address. A closed scope refuses
# (503) when Redis is down; the others let pass.
RATE_LIMIT_PREFIX = "um:limit"
RATE_LIMITS = {
    "read": {"limit": 600, "seconds": 60},
    "write": {"limit": 240, "seconds": 60},
    "login": {"limit": 10, "seconds": 300, "closed": True},
    "login_account": {"limit": 100, "seconds": 3600, "closed": True},
    "login_address": {"limit": 100, "seconds": 300, "closed": True},
    "register": {"limit": 60, "seconds": 3600, "closed": True},
    "mfa": {"limit": 5, "seconds": 300, "closed": True},
    "mfa_account": {"limit": 50, "seconds": 86_400, "closed": True},
    "social": {"limit": 60, "seconds": 300, "closed": True},
    "password_account": {"limit": 500, "seconds": 3600, "closed": True},
    "token_mail": {"limit": 5, "seconds": 3600, "closed": True},
    "token_mail_address": {"limit": 20, "seconds": 3600, "closed": True},
    "invite": {"limit": 100, "seconds": 3600},
    "refresh": {"limit": 120, "seconds": 60, "closed": True},
    "upload": {"limit": 60, "seconds": 3600},
    "apply": {"limit": 60, "seconds": 3600},
    "feed": {"limit": 60, "seconds": 60},
    "message": {"limit": 120, "seconds": 60},
    "message_people": {"limit": 100, "seconds": 3600},  # different conversations that one person writes in
    "message_alert": {"limit": 1, "seconds": 3600},
    "report": {"limit": 30, "seconds": 3600},
    "mail_reports": {"limit": 3000, "seconds": 60},
    "export": {"limit": 3, "seconds": 86_400},
}

# --- Browsers ------------------------------------------------------------------------------------
CORS_ALLOWED_ORIGINS = env.words("CORS_ALLOWED_ORIGINS", (FRONTEND_URL,))
CORS_ALLOW_CREDENTIALS = False
# Beside the usual: what our conventions ask a browser to send, and what it may read.
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key", "if-match", "if-none-match"]
CORS_EXPOSE_HEADERS = ["ETag", "Idempotent-Replayed", "Location", "RateLimit", "RateLimit-Policy"]
CORS_EXPOSE_HEADERS += ["Retry-After", "WWW-Authenticate", "X-Request-ID"]
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", (PUBLIC_URL,))
# Exact origins from which a browser may open a socket.
REALTIME_ORIGINS = env.words("REALTIME_ORIGINS", (FRONTEND_URL, PUBLIC_URL))
# Who answers for access tokens and standing sessions (umemployed.realtime.authority says what is asked).
REALTIME_AUTHORITY = "accounts.authority"
# Threads, each with its database connection, that run the sockets' commands in one process.
REALTIME_THREADS = env.integer("REALTIME_THREADS", 8, minimum=1, maximum=64)
# Judge every frame that we send by its schema; the tests do, production trusts them.
REALTIME_CHECK_FRAMES = env.flag("REALTIME_CHECK_FRAMES", default=LOCAL)
# Addresses of our own proxies; only their X-Forwarded-For is believed.
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES")
# Who may read /metrics; to everybody else there is no such page.
METRICS_NETWORKS = [
    ip_network(words) for words in env.words("METRICS_NETWORKS", ("127.0.0.0/8", "::1/128") if LOCAL else ())
]
SECURE_COOKIES = not LOCAL
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=not LOCAL)
# Probes and scrapes come over plain HTTP from the host itself.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 0 if LOCAL else 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}
# The admin's widgets style themselves and evaluate expressions in attributes; still nothing from elsewhere.
ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- Language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
# Named here, the catalogues of our rooms win over those of Django, whose "active" is a man.
LOCALE_PATHS = sorted(path for pattern in ("*/locale", "umemployed/*/locale") for path in BASE_DIR.glob(pattern))

# --- The admin -----------------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "Umemployed",
    "SITE_HEADER": "Umemployed",
    "SITE_SUBHEADER": _("Staff"),
    "SITE_SYMBOL": "work",
    "SHOW_BACK_BUTTON": True,
    "ENVIRONMENT": "umemployed.dashboard.environment",
    "DASHBOARD_CALLBACK": "umemployed.dashboard.work_queue",
    "SIDEBAR": {"show_search": True, "navigation": "umemployed.dashboard.navigation"},
    "COLORS": {
        "primary": {
            "50": "oklch(98.4% .014 180.7)",
            "100": "oklch(95.3% .051 180.8)",
            "200": "oklch(91% .096 180.4)",
            "300": "oklch(85.5% .138 181.1)",
            "400": "oklch(77.7% .152 181.9)",
            "500": "oklch(70.4% .14 182.5)",
            "600": "oklch(55% .11 184.7)",
            "700": "oklch(47% .09 186.4)",
            "800": "oklch(41% .075 188.2)",
            "900": "oklch(36% .06 188.4)",
            "950": "oklch(27.7% .046 192.5)",
        },
    },
}

# --- Applications --------------------------------------------------------------------------------
# How long after a withdrawal or a rejection one may apply to the same job again.
REAPPLY_COOLDOWN = timedelta(days=env.integer("REAPPLY_COOLDOWN_DAYS", 30))

# --- Search --------------------------------------------------------------------------------------
SEARCH_BACKEND = env.choice("SEARCH_BACKEND", "postgres", ("postgres", "opensearch"))
# A cluster that has an address is fed, whoever answers the searches; credentials may be a part of it.
OPENSEARCH_URL = env.text("OPENSEARCH_URL", None if SEARCH_BACKEND == "opensearch" else "")
OPENSEARCH_INDEX = env.shaped(
    "OPENSEARCH_INDEX", r"[a-z0-9][a-z0-9-]{0,99}", "lower case letters, digits and hyphens", "umemployed-jobs"
)

# --- Messages ------------------------------------------------------------------------------------
# How many messages one side may write in a row before the other one answers.
MESSAGES_UNANSWERED = env.integer("MESSAGES_UNANSWERED", 20, minimum=1)
# How long one may delete an own message for everybody.
MESSAGE_DELETE_WINDOW = timedelta(minutes=env.integer("MESSAGE_DELETE_WINDOW_MINUTES", 60, minimum=0))
MESSAGE_REACTIONS = env.integer("MESSAGE_REACTIONS", 20, minimum=1)  # different emoji on one message

# --- Personal data -------------------------------------------------------------------------------
ERASURE_COOLING_OFF = timedelta(days=env.integer("ERASURE_COOLING_OFF_DAYS", 14))
ERASURE_REPORT_LIFETIME = timedelta(days=env.integer("ERASURE_REPORT_DAYS", 30, minimum=1))
EXPORT_LIFETIME = timedelta(days=env.integer("EXPORT_DAYS", 7, minimum=1))
# The versions of the texts that people say yes or no to; a new text is a new version.
CONSENT_TEXTS = {
    "terms": env.text("CONSENT_TERMS_VERSION", "2026-11"),
    "privacy": env.text("CONSENT_PRIVACY_VERSION", "2026-11"),
    "talent_search": env.text("CONSENT_TALENT_SEARCH_VERSION", "2026-11"),
    "marketing": env.text("CONSENT_MARKETING_VERSION", "2026-11"),
}
# After how many months each clock ends (docs/privacy.md), and where a country's law is stricter or slacker.
RETENTION = {
    "default": {
        "account": env.integer("RETENTION_ACCOUNT_MONTHS", 24, minimum=1),
        "application": env.integer("RETENTION_APPLICATION_MONTHS", 24, minimum=1),
        "consent": env.integer("RETENTION_CONSENT_MONTHS", 60, minimum=1),
        "accounting": env.integer("RETENTION_ACCOUNTING_MONTHS", 120, minimum=1),
    },
    **env.table("RETENTION_BY_COUNTRY", {"DE": {"application": 6}, "NL": {"application": 12}}),
}

# --- Files ---------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-collected"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = LOCAL  # no collectstatic on a developer's machine
VAR_DIR = Path(env.text("UMEMPLOYED_VAR", str(BASE_DIR / "var")))
FILES_BACKEND = env.choice("FILES_BACKEND", "local", ("local", "s3", "azure"))
FILES_SCANNER = env.text("FILES_SCANNER", "none" if LOCAL else None)  # none, clamd://host:port, clamd:///path
FILES_PER_PERSON = env.integer("FILES_PER_PERSON", 100, minimum=1)
FILES_BYTES_PER_PERSON = env.integer("FILES_BYTES_PER_PERSON", 100 * 1024 * 1024, minimum=1)


def files_storage() -> dict[str, object]:
    """Return the storage of uploaded files, for the STORAGES setting."""
    if FILES_BACKEND == "s3":
        options: dict[str, object] = {
            "bucket_name": env.text("S3_BUCKET"),
            "endpoint_url": env.text("S3_ENDPOINT_URL", "") or None,
            "region_name": env.text("S3_REGION", "us-east-1"),
            "access_key": env.text("S3_ACCESS_KEY"),
            "secret_key": env.text("S3_SECRET_KEY"),
            "addressing_style": env.choice("S3_ADDRESSING_STYLE", "virtual", ("virtual", "path")),
            "signature_version": "s3v4",
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
        }
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    if FILES_BACKEND == "azure":
        options = {
            "account_name": env.shaped("AZURE_ACCOUNT_NAME", r"[a-z0-9]{3,24}", "3 to 24 of a-z and 0-9"),
            "account_key": env.shaped(
                "AZURE_ACCOUNT_KEY",
                r"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
                "one of the account's two access keys, in Base64",
            ),
            "azure_container": env.shaped(
                "AZURE_CONTAINER",
                r"(?=.{3,63}\Z)[a-z0-9]+(?:-[a-z0-9]+)*",
                "3 to 63 of a-z and 0-9, with single hyphens between them",
            ),
            "endpoint_url": env.shaped(
                "AZURE_ENDPOINT_URL",
                r"https?://[^\s/?#@]+(?:/[a-z0-9]{3,24})?",
                "an URL without a slash at its end",
                "",
            ),
        }
        return {"BACKEND": "umemployed.files.azure.AzureStorage", "OPTIONS": options}
    options = {"location": VAR_DIR / "files", "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}


STORAGES = {
    "default": files_storage(),
    "files": files_storage(),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# --- Mail ----------------------------------------------------------------------------------------
EMAIL_HOST = env.text("EMAIL_HOST", "127.0.0.1" if LOCAL else None)
EMAIL_PORT = env.integer("EMAIL_PORT", 1025, minimum=1, maximum=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=not LOCAL)
EMAIL_TIMEOUT = 6  # seconds for each answer of the mail server; see notifications.mail.sender.HARD_SECONDS
# What mail providers sign their reports of bounces and complaints with; without one no report is believed.
MAIL_REPORT_SECRETS = env.words("MAIL_REPORT_SECRETS")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Umemployed <no-reply@umemployed.example>")

# --- Logs ----------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "umemployed.api.logs.OneLine",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
        "bare": {"()": "umemployed.api.logs.OneLine", "format": "{message}", "style": "{"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["paths"]},
        "json_lines": {"class": "logging.StreamHandler", "formatter": "bare"},
    },
    # What the audit record says, as one JSON object a line, for whatever watches the house.
    "loggers": {
        "umemployed.security": {
            "handlers": ["json_lines"],
            "level": env.text("SECURITY_LOG_LEVEL", "WARNING" if LOCAL else "INFO"),
            "propagate": False,
        },
        # Tells of every request to the storage, in thirty lines.
        "azure": {"level": "WARNING"},
        # Tells of every socket with its whole URL.
        "uvicorn.error": {"filters": ["paths"]},
        # Tells what was refused with the trace of the refusal.
        "django.request": {"filters": ["refusals"]},
        # Tell of every task; in the house of one terminal READY would scroll away.
        **(
            {
                "celery.app.trace": {"level": "WARNING"},
                "celery.worker.strategy": {"level": "WARNING"},
                "celery.beat": {"filters": ["due"]},
            }
            if ENVIRONMENT == "embedded"
            else {}
        ),
    },
    "filters": {
        "paths": {"()": "umemployed.api.logs.PathOnly"},
        "refusals": {"()": "umemployed.api.logs.WithoutTrace"},
        "due": {"()": "umemployed.api.logs.NothingDue"},
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}

"""What is installed: apps, middleware, templates, pages that are served."""

from umemployed.settings.house import BASE_DIR, LOCAL

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

"""Logs: one line each, without what belongs to nobody's eyes."""

from umemployed import env
from umemployed.settings.house import ENVIRONMENT, LOCAL

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

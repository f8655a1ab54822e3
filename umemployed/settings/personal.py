"""Personal data: how long what is held, and the texts that people consent to."""

from datetime import timedelta

from umemployed import env

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

"""Mail: the server that takes it, and whose reports are believed."""

from umemployed import env
from umemployed.settings.house import LOCAL

EMAIL_HOST = env.text("EMAIL_HOST", "127.0.0.1" if LOCAL else None)
EMAIL_PORT = env.integer("EMAIL_PORT", 1025, minimum=1, maximum=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=not LOCAL)
EMAIL_TIMEOUT = 6  # seconds for each answer of the mail server; see notifications.mail.sender.HARD_SECONDS
# What mail providers sign their reports of bounces and complaints with; without one no report is believed.
MAIL_REPORT_SECRETS = env.words("MAIL_REPORT_SECRETS")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Umemployed <no-reply@umemployed.example>")

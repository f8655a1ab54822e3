"""Mail: the server that takes it, and whose reports are believed."""

from umemployed import env
from umemployed.settings.house import LOCAL

MAIL_TRANSPORT = env.choice("MAIL_TRANSPORT", "smtp", ("smtp", "ses"))
EMAIL_BACKEND = f"notifications.mail.{MAIL_TRANSPORT}.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "127.0.0.1" if LOCAL or MAIL_TRANSPORT != "smtp" else None)
EMAIL_PORT = env.integer("EMAIL_PORT", 1025, minimum=1, maximum=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=not LOCAL)
EMAIL_TIMEOUT = 6  # seconds for each answer of the mail server; see notifications.mail.sender.HARD_SECONDS
# Seconds that it may think about a whole letter (content filters do): what the task's time leaves. RFC 5321 §4.5.3.2.6
# asks for ten minutes; notifications.mail.sender says what follows from less.
EMAIL_VERDICT_TIMEOUT = 12
# What mail providers sign their reports of bounces and complaints with; without one no report is believed.
MAIL_REPORT_SECRETS = env.words("MAIL_REPORT_SECRETS")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Umemployed <no-reply@umemployed.example>")
# Amazon SES. Without keys boto3 looks for the role of the machine.
SES_REGION = env.shaped("SES_REGION", "[a-z0-9-]+", "a region", None if MAIL_TRANSPORT == "ses" else "")
SES_ACCESS_KEY = env.text("SES_ACCESS_KEY", "")
SES_SECRET_KEY = env.text("SES_SECRET_KEY", "")
SES_CONFIGURATION_SET = env.text("SES_CONFIGURATION_SET", "")
# Topics of SNS whose reports are believed; without one none is.
SES_TOPIC_ARNS = env.words("SES_TOPIC_ARNS")
# Servers of the same protocols instead of Amazon's.
SES_ENDPOINT_URL = env.text("SES_ENDPOINT_URL", "")
SNS_ENDPOINT_URL = env.text("SNS_ENDPOINT_URL", "").rstrip("/")

"""REST: the framework, the document, and how often one may ask."""

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

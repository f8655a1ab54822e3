"""Browsers, sockets and proxies: origins, cookies, and what a page may load."""

from ipaddress import ip_network

from corsheaders.defaults import default_headers

from umemployed import env
from umemployed.settings.house import FRONTEND_URL, LOCAL, PUBLIC_URL

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

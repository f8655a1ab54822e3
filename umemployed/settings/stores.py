"""PostgreSQL, the store of record; and Redis: cache, broker and channels, each with its own URL and key prefix."""

from urllib.parse import urlsplit

import dj_database_url

from umemployed import env

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

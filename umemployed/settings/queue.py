"""Celery: queues, limits, and what is due when."""

from kombu import Queue

from umemployed import env
from umemployed.schedule import BEAT_SCHEDULE
from umemployed.settings.stores import BROKER_URL

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

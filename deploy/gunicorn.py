"""REST workers: a few processes with threads, so that database connections live across requests."""

import os

bind = "0.0.0.0:8000"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "gthread"
timeout = 30
graceful_timeout = 25
keepalive = 65  # longer than nginx's, so that nginx never writes into a connection that we just closed
max_requests = 20_000
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm"  # noqa: S108  (heartbeat files belong in memory)
accesslog = None  # nginx keeps it
forwarded_allow_ips = ""  # the application itself decides which proxy it believes

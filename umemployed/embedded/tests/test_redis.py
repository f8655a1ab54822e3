from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from umemployed.embedded import stores
from umemployed.embedded.home import ROOT, Home
from umemployed.embedded.redis import Redis, ask
from umemployed.embedded.tests.conftest import gone

# The program's own settings, with every user of Redis reached through them.
EVERY_USER = """
import django, redis
django.setup()
from django.conf import settings
from django.core.cache import cache
from umemployed.celery import app

cache.set("word", "kept", 30)
assert cache.get("word") == "kept"

line = redis.Redis.from_url(settings.CHANNELS_URL)
with line.pubsub(ignore_subscribe_messages=True) as heard:
    heard.subscribe("room")
    heard.get_message(timeout=5)
    assert line.publish("room", "hello") == 1
    assert heard.get_message(timeout=5)["data"] == b"hello"
with app.connection_for_write() as line:
    app.send_task("nobody.hears", queue="bulk", connection=line)
    heard = line.SimpleQueue("bulk").get(timeout=5)
    assert heard.headers["task"] == "nobody.hears"
    heard.ack()
print("all talked", settings.CACHE_URL != settings.BROKER_URL != settings.CHANNELS_URL)
"""


def run(home: Home, *, throwaway: bool = False):
    servers = [Redis(home, "dev", stores.find_binary(Redis, sys.executable), throwaway)]
    return stores.running(servers, home.var / "log" / "test.log")


def test_answers_from_every_source_on_a_socket_only(new_home: Home, source: str) -> None:
    with run(new_home) as urls:
        socket = Path(urls["REDIS_URL"].removeprefix("unix://"))
        assert ask(socket, b"PING\r\n") == b"+PONG\r\n"
        assert b"\r\nport\r\n$1\r\n0\r\n" in ask(socket, b"CONFIG GET port\r\n")


def test_writes_survive_kill_9(new_home: Home) -> None:
    with run(new_home) as urls:
        socket = Path(urls["REDIS_URL"].removeprefix("unix://"))
        assert b"everysec" in ask(socket, b"CONFIG GET appendfsync\r\n")
        ask(socket, b"SET fact told\r\n")
        pid = int((new_home.data / "redis.lock").read_text())
        os.kill(pid, signal.SIGKILL)
        assert gone(pid)
        assert socket.exists()  # the stale socket does not stop the next start
    with run(new_home):
        assert ask(socket, b"GET fact\r\n") == b"$4\r\ntold\r\n"


def test_throwaway_keeps_nothing_on_disk(new_home: Home) -> None:
    with run(new_home, throwaway=True) as urls:
        ask(Path(urls["REDIS_URL"].removeprefix("unix://")), b"SET fact told\r\n")
    assert list(new_home.folder("dev", "redis").iterdir()) == []


def test_cache_channels_and_broker_all_work_over_the_socket(new_home: Home) -> None:
    with run(new_home) as urls:
        env = {**os.environ, **urls, "DATABASE_URL": "postgres:///unused", "UMEMPLOYED_ENV": "embedded"}
        env["DJANGO_SETTINGS_MODULE"] = "umemployed.settings"
        for name in ("CACHE_URL", "BROKER_URL", "CHANNELS_URL"):
            env.pop(name, None)
        done = subprocess.run(
            [sys.executable, "-c", EVERY_USER], env=env, cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert done.stdout.strip() == "all talked True", done.stderr

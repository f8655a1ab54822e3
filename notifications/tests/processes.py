"""Processes of the real program, on the database of the running test."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def start_python(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    """Start a Python that sees the test's database; the caller waits for it or kills it."""
    database = connection.settings_dict
    host = quote(database["HOST"] or "", safe="")
    login = quote(database["USER"] or "", safe="") + (f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else "")
    port = f":{database['PORT']}" if database["PORT"] else ""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        start_new_session=True,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "umemployed.settings",
            "DATABASE_URL": f"postgres://{login}@{host}{port}/{database['NAME']}",
            **environment,
        },
    )

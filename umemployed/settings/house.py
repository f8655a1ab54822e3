"""Which house this is, and where it stands. ``UMEMPLOYED_ENV`` decides what may have a default."""

from pathlib import Path

from umemployed import env

BASE_DIR = Path(__file__).resolve().parents[2]
ENVIRONMENT = env.choice("UMEMPLOYED_ENV", "production", ("production", "embedded", "test"))
LOCAL = ENVIRONMENT in {"embedded", "test"}
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", "embedded-only-not-a-secret-" + "x" * 40 if LOCAL else None)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]", "testserver") if LOCAL else ())
PUBLIC_URL = env.text("PUBLIC_URL", "http://127.0.0.1:8000" if LOCAL else None).rstrip("/")
FRONTEND_URL = env.text("FRONTEND_URL", PUBLIC_URL if LOCAL else None).rstrip("/")

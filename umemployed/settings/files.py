"""Files: static ones, and the storage of what people upload."""

from pathlib import Path

from umemployed import env
from umemployed.settings.house import BASE_DIR, LOCAL

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-collected"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = LOCAL  # no collectstatic on a developer's machine
VAR_DIR = Path(env.text("UMEMPLOYED_VAR", str(BASE_DIR / "var")))
FILES_BACKEND = env.choice("FILES_BACKEND", "local", ("local", "s3", "azure"))
FILES_SCANNER = env.text("FILES_SCANNER", "none" if LOCAL else None)  # none, clamd://host:port, clamd:///path
FILES_PER_PERSON = env.integer("FILES_PER_PERSON", 100, minimum=1)
FILES_BYTES_PER_PERSON = env.integer("FILES_BYTES_PER_PERSON", 100 * 1024 * 1024, minimum=1)


def files_storage() -> dict[str, object]:
    """Return the storage of uploaded files, for the STORAGES setting."""
    if FILES_BACKEND == "s3":
        options: dict[str, object] = {
            "bucket_name": env.text("S3_BUCKET"),
            "endpoint_url": env.text("S3_ENDPOINT_URL", "") or None,
            "region_name": env.text("S3_REGION", "us-east-1"),
            "access_key": env.text("S3_ACCESS_KEY"),
            "secret_key": env.text("S3_SECRET_KEY"),
            "addressing_style": env.choice("S3_ADDRESSING_STYLE", "virtual", ("virtual", "path")),
            "signature_version": "s3v4",
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
        }
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    if FILES_BACKEND == "azure":
        options = {
            "account_name": env.shaped("AZURE_ACCOUNT_NAME", r"[a-z0-9]{3,24}", "3 to 24 of a-z and 0-9"),
            "account_key": env.shaped(
                "AZURE_ACCOUNT_KEY",
                r"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
                "one of the account's two access keys, in Base64",
            ),
            "azure_container": env.shaped(
                "AZURE_CONTAINER",
                r"(?=.{3,63}\Z)[a-z0-9]+(?:-[a-z0-9]+)*",
                "3 to 63 of a-z and 0-9, with single hyphens between them",
            ),
            "endpoint_url": env.shaped(
                "AZURE_ENDPOINT_URL",
                r"https?://[^\s/?#@]+(?:/[a-z0-9]{3,24})?",
                "an URL without a slash at its end",
                "",
            ),
        }
        return {"BACKEND": "umemployed.files.azure.AzureStorage", "OPTIONS": options}
    options = {"location": VAR_DIR / "files", "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}


STORAGES = {
    "default": files_storage(),
    "files": files_storage(),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

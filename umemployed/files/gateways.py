"""Where uploads go and downloads come from: our own endpoint, S3, or Azure Blob storage.

A target and a link are good for LINK_SECONDS. Everything else about the bytes goes through Django's
storage API under the alias "files".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.core import signing
from django.core.files.storage import Storage, storages
from django.urls import reverse
from django.utils import timezone

from umemployed.files.models import StoredFile
from umemployed.files.names import attachment

LINK_SECONDS = 60
UPLOADS = signing.TimestampSigner(salt="umemployed.files.upload")
DOWNLOADS = signing.TimestampSigner(salt="umemployed.files.download")


@dataclass(frozen=True)
class Target:
    """Where and how the client sends the bytes.

    With ``fields`` it sends a multipart form of them, then the bytes as the part ``file``; without, it
    sends the bare bytes with ``headers``.
    """

    method: str
    url: str
    expires_at: datetime
    headers: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """A private link, for one person and a short while."""

    url: str
    expires_at: datetime


class Unreadable(Exception):
    """The bytes are there, and the storage does not hand them out: archived, or sealed with somebody else's key."""


class Gateway(Protocol):
    """What each kind of storage can do for clients."""

    def target(self, file: StoredFile) -> Target:
        """Return where to upload to; the target fits this file and nothing else."""
        ...

    def link(self, file: StoredFile, user: Any) -> Link:
        """Return where ``user`` may download it."""
        ...


def store() -> Storage:
    """Return the storage of the bytes."""
    return storages["files"]


def soon() -> datetime:
    """Return when a target or link made now expires."""
    return timezone.now() + timedelta(seconds=LINK_SECONDS)


class LocalGateway:
    """Our own two endpoints, guarded by signed tokens."""

    def target(self, file: StoredFile) -> Target:
        """Return a PUT on ourselves."""
        url = settings.PUBLIC_URL + reverse("file-content", kwargs={"public_id": file.public_id})
        headers = {"Content-Type": file.content_type, "Authorization": f"Upload {UPLOADS.sign(str(file.public_id))}"}
        return Target("PUT", url, soon(), headers=headers)

    def link(self, file: StoredFile, user: Any) -> Link:
        """Return a GET on ourselves, whose token names the file and the person."""
        path = reverse("file-download", kwargs={"public_id": file.public_id})
        token = DOWNLOADS.sign(f"{file.public_id}.{user.pk}")
        return Link(f"{settings.PUBLIC_URL}{path}?token={token}", soon())


class S3Gateway:
    """Presigned requests; the POST policy pins key, type and exact size."""

    def target(self, file: StoredFile) -> Target:
        """Return a presigned POST."""
        storage: Any = store()
        post = storage.connection.meta.client.generate_presigned_post(
            storage.bucket_name,
            file.upload_key,
            Fields={"Content-Type": file.content_type},
            Conditions=[{"Content-Type": file.content_type}, ["content-length-range", file.size, file.size]],
            ExpiresIn=LINK_SECONDS,
        )
        return Target("POST", post["url"], soon(), fields=post["fields"])

    def link(self, file: StoredFile, user: Any) -> Link:
        """Return a presigned GET that answers as an attachment."""
        storage: Any = store()
        disposition = {"ResponseContentDisposition": attachment(file.name), "ResponseContentType": file.content_type}
        return Link(storage.url(file.key, parameters=disposition, expire=LINK_SECONDS), soon())


class AzureGateway:
    """Shared access signatures for one blob. They pin neither size nor type: the inspection judges both."""

    def target(self, file: StoredFile) -> Target:
        """Return a PUT of a blob, which may create it and nothing more: not write over it, lease it, or move it."""
        storage: Any = store()
        url = storage.url(file.upload_key, expire=LINK_SECONDS, mode="c", parameters=self.by_https(storage))
        return Target("PUT", url, soon(), headers={"x-ms-blob-type": "BlockBlob", "Content-Type": file.content_type})

    def link(self, file: StoredFile, user: Any) -> Link:
        """Return a GET that answers as an attachment, which no cache keeps."""
        storage: Any = store()
        answer = {
            "content_disposition": attachment(file.name),
            "content_type": file.content_type,
            "cache_control": "private, no-store",
        }
        parameters = {**answer, **self.by_https(storage)}
        return Link(storage.url(file.key, expire=LINK_SECONDS, parameters=parameters), soon())

    @staticmethod
    def by_https(storage: Any) -> dict[str, str]:
        """Return what makes a signature worthless over plain HTTP, unless that is how the account is reached."""
        return {"protocol": "https"} if storage.client.scheme == "https" else {}


GATEWAYS: dict[str, type[Gateway]] = {"local": LocalGateway, "s3": S3Gateway, "azure": AzureGateway}


def gateway() -> Gateway:
    """Return the gateway that the settings name."""
    return GATEWAYS[settings.FILES_BACKEND]()

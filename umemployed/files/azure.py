"""Azure Blob storage for Django: django-storages' backend, held against what a client's signature lets it do.

Whoever may create one blob also chooses its headers and may take snapshots of it. Therefore bytes are read as they
lie there and never unpacked (a small gzip may be gigabytes), and a blob goes together with its snapshots.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import Any, cast

from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from azure.storage.blob import BlobServiceClient
from django.core.files.base import File
from django.utils.deconstruct import deconstructible
from storages.backends.azure_storage import AzureStorage as Backend

from umemployed.files.gateways import Unreadable

# Seconds; the library's own would hold a web thread for minutes while the account is away.
PATIENCE: dict[str, Any] = {
    "connection_timeout": 5,
    "read_timeout": 20,
    "retry_total": 2,
    "initial_backoff": 1,
    "increment_base": 2,
}


@deconstructible
class AzureStorage(Backend):
    """One container.

    ``endpoint_url`` is for what is not at ``NAME.blob.core.windows.net``: another cloud, or a server of one's own; a
    path in it names the account.
    """

    def get_default_settings(self) -> dict[str, Any]:
        return {**super().get_default_settings(), "endpoint_url": ""}

    def _get_service_client(self) -> BlobServiceClient:
        url = self.endpoint_url or f"https://{self.account_name}.blob.{self.endpoint_suffix}"
        credential = {"account_name": self.account_name, "account_key": self.account_key}
        return BlobServiceClient(url, credential=credential, **PATIENCE)

    def size(self, name: str) -> int:
        """Return the blob's length as it is stored; raises FileNotFoundError and Unreadable."""
        with self._answered(name):
            return cast(int, super().size(name))

    def delete(self, name: str) -> None:
        """Delete the blob and its snapshots; what is not there is no error."""
        blob = self.client.get_blob_client(self._get_valid_path(name))
        try:
            blob.delete_blob(delete_snapshots="include", timeout=self.timeout)
        except ResourceNotFoundError:
            return

    def listdir(self, path: str = "") -> tuple[list[str], list[str]]:
        """Return ([], names under ``path``, relative to it), as Django's own storages do; this keeps no folders."""
        _folders, names = super().listdir(path)
        return [], [name.removeprefix(path.rstrip("/") + "/") for name in names]

    def _open(self, name: str, mode: str = "rb") -> File:
        """Return the stored bytes, on disk where they are more than ``max_memory_size``."""
        if mode != "rb":
            raise ValueError("A blob is written whole, by save().")
        blob = self.client.get_blob_client(self._get_valid_path(name))
        with self._answered(name):
            download = blob.download_blob(timeout=self.timeout, decompress=False)
        kept = SpooledTemporaryFile(max_size=self.max_memory_size)  # noqa: SIM115 - the caller closes it
        try:
            download.readinto(kept)
        except BaseException:
            kept.close()
            raise
        kept.seek(0)
        return File(kept, name)

    @contextmanager
    def _answered(self, name: str) -> Iterator[None]:
        """Tell a blob that is missing, or that Azure does not hand out, in Django's terms and ours."""
        try:
            yield
        except ResourceNotFoundError as error:
            raise FileNotFoundError(f"There is no {name}.") from error
        except ClientAuthenticationError:
            raise
        except HttpResponseError as error:
            if error.status_code in {400, 409}:
                raise Unreadable(str(error.error_code)) from error  # type: ignore[attr-defined]
            raise

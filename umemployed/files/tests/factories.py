"""Files for tests, through the true services, and a clamd that speaks the true protocol."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.base import ContentFile

from umemployed.files import services
from umemployed.files.formats import DOCX, JPEG, PDF, PNG, TEXT
from umemployed.files.gateways import store
from umemployed.files.models import StoredFile
from umemployed.files.purposes import PURPOSES, Purpose
from umemployed.files.tests.samples import PDF as SAMPLE

READERS: set[int] = set()
PURPOSES.setdefault(
    "test",
    Purpose(
        "test",
        "Tests",
        types=(PDF, DOCX, PNG, JPEG, TEXT),
        may_upload=lambda user: user.full_name != "Nobody",
        may_read=lambda user, file: user.pk in READERS,
    ),
)


def make_uploaded(*, owner: Any, name: str = "cv.pdf", data: bytes = SAMPLE, **overrides: Any) -> StoredFile:
    """An announced file whose bytes have arrived."""
    fields = {"purpose": "test", "name": name, "size": len(data), **overrides}
    file = services.announce_upload(actor=owner, **fields)
    store().save(file.upload_key, ContentFile(data))
    return file


def make_file(*, owner: Any, **overrides: Any) -> StoredFile:
    """An available file."""
    return services.complete_upload(actor=owner, file_id=make_uploaded(owner=owner, **overrides).public_id)


class ClamdHandler(socketserver.StreamRequestHandler):
    """One INSTREAM conversation; EICAR's marker is found."""

    def handle(self) -> None:
        command = self.rfile.read(10)
        received = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            received += self.rfile.read(size)
        assert command == b"zINSTREAM\0"
        found = b"EICAR-STANDARD" in received
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0")


@contextmanager
def a_clamd() -> Iterator[str]:
    """A daemon on loopback; yields the value of FILES_SCANNER."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), ClamdHandler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"clamd://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()

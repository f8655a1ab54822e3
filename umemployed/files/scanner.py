"""Virus scanning. ``FILES_SCANNER`` is ``none`` or the address of a ClamAV daemon.

``clamd://host:3310`` or ``clamd:///run/clamav/clamd.sock``. No answer is no permission: a file waits
until it was scanned.
"""

from __future__ import annotations

import socket
import struct
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

TIMEOUT_SECONDS = 10
PIECE = 64 * 1024


class ScannerUnavailable(Exception):
    """The scanner did not answer; the file must wait."""


class Scanner(Protocol):
    """What inspects bytes for malware."""

    def find(self, data: bytes) -> str:
        """Return the name of what was found, or ''; raises ScannerUnavailable."""
        ...


class NoScanner:
    """The explicit choice not to scan."""

    def find(self, data: bytes) -> str:
        return ""


class Clamd:
    """Speaks clamd's INSTREAM command: length-prefixed pieces, an empty one, then one line of answer."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "clamd" or not (parts.hostname or parts.path):
            raise ImproperlyConfigured(f"FILES_SCANNER={url!r} must be none, clamd://host:port or clamd:///path.")
        self.path = "" if parts.hostname else parts.path
        self.address = (parts.hostname or "", parts.port or 3310)

    def find(self, data: bytes) -> str:
        """Send the bytes; raises ScannerUnavailable when the daemon is away, slow, or answers an error."""
        try:
            with self._connect() as connection:
                connection.sendall(b"zINSTREAM\0")
                for start in range(0, len(data), PIECE):
                    piece = data[start : start + PIECE]
                    connection.sendall(struct.pack(">I", len(piece)) + piece)
                connection.sendall(struct.pack(">I", 0))
                answer = self._answer(connection)
        except OSError as error:
            raise ScannerUnavailable(str(error)) from error
        if answer == "stream: OK":
            return ""
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")
        raise ScannerUnavailable(answer or "the connection was closed without an answer")

    def _connect(self) -> socket.socket:
        if not self.path:
            return socket.create_connection(self.address, TIMEOUT_SECONDS)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(TIMEOUT_SECONDS)
            connection.connect(self.path)
        except OSError:
            connection.close()
            raise
        return connection

    @staticmethod
    def _answer(connection: socket.socket) -> str:
        received = b""
        while not received.endswith(b"\0") and len(received) < 4096 and (piece := connection.recv(4096)):
            received += piece
        return received.rstrip(b"\0\n").decode(errors="replace")


def scanner() -> Scanner:
    """Return the scanner that the settings name."""
    return NoScanner() if settings.FILES_SCANNER == "none" else Clamd(settings.FILES_SCANNER)

"""A private server that speaks Redis' protocol: Valkey from its wheel, or what the system has."""

from __future__ import annotations

import re
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from umemployed.embedded.server import Server


@dataclass
class Redis(Server):
    """One server on a Unix socket; its data survives by an append-only file written out every second."""

    name = "redis"
    variable = "REDIS_URL"
    stop_signal = signal.SIGTERM
    # It means copying a large memory in a fork; ours holds a few megabytes, and the cure needs root. No setting of
    # the server silences it (``ignore-warnings`` knows one name, of an ARM kernel).
    untold = re.compile("WARNING Memory overcommit must be enabled!")

    @property
    def socket(self) -> Path:
        """The socket's path."""
        return self.sockets / "redis.sock"

    @property
    def url(self) -> str:
        """The address."""
        return f"unix://{self.socket}"

    def command(self) -> list[str]:
        """Return the server's command line."""
        keep = ["--appendonly", "no"] if self.throwaway else ["--appendonly", "yes", "--appendfsync", "everysec"]
        return [
            *(str(self.binary), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.data), "--save", "", "--databases", "16", "--daemonize", "no", *keep),
        ]

    def prepare(self) -> None:
        """Make the data folder and sweep the socket that a killed server left."""
        super().prepare()
        self.home.private_folder(self.data)
        self.socket.unlink(missing_ok=True)

    def ready(self) -> bool:
        """Say whether the server answers PING; while it still loads its data it does not."""
        return ask(self.socket, b"PING\r\n") == b"+PONG\r\n"


def ask(path: Path, command: bytes) -> bytes:
    """Send one command to the server on a Unix socket and return the beginning of its answer, or nothing."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(1)
            line.connect(str(path))
            line.sendall(command)
            return line.recv(512)
    except OSError:
        return b""

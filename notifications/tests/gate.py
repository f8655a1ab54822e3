"""A gate before the post office that falls silent when told to, as servers behind a broken network do."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from notifications.tests.post_office import PostOffice


class Gate:
    """Takes every connection. ``mode``: "open" lets it through, "silent" never says a word, "mute" goes along until
    the letter is whole and says nothing of it. ``only`` so many connections behave like that, then it is open."""

    def __init__(self, office: PostOffice) -> None:
        self.mode = "open"
        self.only: int | None = None
        self.connections = 0
        self.letters_taken = 0  # whole ones, that the gate kept for itself
        self._office = office
        self._kept: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self._listener.getsockname()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()
        for kept in self._kept:
            kept.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                self._kept.append(client)
                mode = self.mode if self.only is None or self.connections < self.only else "open"
                self.connections += 1
                if mode != "silent":
                    threading.Thread(target=self._serve, args=(client, mode), daemon=True).start()

    def _serve(self, client: socket.socket, mode: str) -> None:
        office = socket.create_connection((self._office.host, self._office.port))
        self._kept.append(office)
        threading.Thread(target=self._carry, args=(office, client), daemon=True).start()
        if mode == "open":
            self._carry(client, office)
            return
        seen = b""
        with suppress(OSError):
            while piece := client.recv(4096):
                seen += piece
                if b"\r\nDATA\r\n" not in seen.upper() or seen.upper().endswith(b"\r\nDATA\r\n"):
                    office.sendall(piece)
                elif seen.endswith(b"\r\n.\r\n"):
                    self.letters_taken += 1
                    return

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(4096):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)

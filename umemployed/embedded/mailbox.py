"""A real SMTP server that keeps every mail as an ``.eml`` file and sends nothing on.

Run as ``python -m umemployed.embedded.mailbox --port 1025 --folder var/mail``. File names sort by arrival.
"""

from __future__ import annotations

import argparse
import itertools
import re
import signal
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

UNSAFE = re.compile(r"[^a-z0-9@._+-]+")
BIGGEST = 20 * 1024 * 1024


class Mailbox:
    """Writes each accepted mail to a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one mail; called once per message, whatever the number of recipients."""
        path = self.keep(envelope.rcpt_tos, envelope.content or b"")
        print(f"{', '.join(envelope.rcpt_tos)} → {path}", flush=True)
        return "250 Kept"

    def keep(self, recipients: list[str], content: bytes | str) -> Path:
        """Write the mail with its true recipients on top; a reader never sees half a file."""
        body = content.encode() if isinstance(content, str) else content
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        first = UNSAFE.sub("_", recipients[0].lower())[:80] if recipients else "nobody"
        path = self.folder / f"{moment}-{next(self.numbers):04d}-{first}.eml"
        head = "".join(f"X-RcptTo: {UNSAFE.sub('_', name.lower())}\r\n" for name in recipients)
        draft = path.with_suffix(".part")
        draft.write_bytes(head.encode() + body)
        draft.rename(path)
        return path


def main() -> None:
    """Serve until told to end."""
    from aiosmtpd.controller import Controller

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=1025)
    parser.add_argument("--folder", type=Path, required=True)
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    server = Controller(
        Mailbox(wanted.folder), hostname="127.0.0.1", port=wanted.port, data_size_limit=BIGGEST, enable_SMTPUTF8=True
    )
    server.start()
    print(f"mail to 127.0.0.1:{wanted.port} is kept in {wanted.folder}", flush=True)
    ended.wait()
    server.stop()


if __name__ == "__main__":
    main()

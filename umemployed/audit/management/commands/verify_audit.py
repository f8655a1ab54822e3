"""``manage.py verify_audit``: prove that the audit record is as it was written, or name the first bad row."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from umemployed.audit.verify import Tampered, confirm, verify


class Command(BaseCommand):
    help = "Check every entry, link and anchor of the audit record; fail naming the first bad row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the log of security as a witness."""
        parser.add_argument(
            "--log", type=Path, help="lines of umemployed.security: every entry that they name must be there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and say how much."""
        try:
            verdict = verify()
            told = self.told_by(options["log"]) if options["log"] else None
        except Tampered as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{verdict.entries} entries and {verdict.anchors} anchors are as they were written.")
        if told is not None:
            self.stdout.write(f"The {told} entries that the log tells of are there.")

    def told_by(self, log: Path) -> int:
        """Return how many entries the log confirms. Raises CommandError where it cannot be read."""
        try:
            with log.open(encoding="utf-8", errors="replace") as lines:
                return confirm(lines)
        except OSError as error:
            raise CommandError(f"{log} cannot be read: {error.strerror}.") from error

"""``manage.py replay_erasures``: after a restore, and before serving, erase again who was erased since the backup."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from umemployed.privacy import ledger
from umemployed.privacy.services import replay


class Command(BaseCommand):
    help = "Carry out again every erasure of the ledger that this database does not know. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many there are, and erase nothing")

    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        """Say how many erasures were replayed, or would be."""
        count = len(ledger.unexecuted()) if dry_run else replay()
        self.stdout.write(f"{count} erasures of the ledger {'have to be' if dry_run else 'were'} replayed.")

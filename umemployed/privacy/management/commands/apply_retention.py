"""``manage.py apply_retention [--dry-run]``: turn the clocks of personal data by hand, or see what they would do."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from umemployed.privacy.services.retention import apply_retention


class Command(BaseCommand):
    help = "Warn, erase and blank what the clocks of settings.RETENTION have ended; beat does so every night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        """Print a line for each act."""
        done = apply_retention(dry_run=dry_run)
        for name, count in sorted(done.items()):
            self.stdout.write(f"{name}: {count}")
        self.stdout.write("Nothing was changed." if dry_run else f"{sum(done.values())} rows looked after.")

"""``manage.py rotate_field_keys``: bring every encrypted value to the newest key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from umemployed.vault.rotation import REINDEXES, encrypted_columns, rotate_column


class Command(BaseCommand):
    help = "Encrypt every secret at rest with the first of FIELD_ENCRYPTION_KEYS. Online, and can be broken off."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate column after column, then the keyed hashes; fail at the end if a value could not be opened."""
        outcomes = [rotate_column(model, field) for model, field in encrypted_columns()]
        for outcome in outcomes:
            self.stdout.write(f"{outcome.column}: {outcome.rotated} of {outcome.seen} encrypted again")
        for name, reindex in REINDEXES.items():
            self.stdout.write(f"{name}: {reindex()} hashed again")
        lost = [f"{outcome.column} #{pk}" for outcome in outcomes for pk in outcome.lost]
        if lost:
            raise CommandError(f"No key opens: {', '.join(lost)}. Put the missing key back at the end of the list.")

"""``manage.py seed_demo --seed 7 --size small``: fill an empty local house with a world to look at."""

from __future__ import annotations

import gc
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from umemployed.embedded.demo.seeding import SIZES, seed


class Command(BaseCommand):
    help = (
        "Fill the house with demo data: the same for the same seed on the same day, dates relative to today."
        " A second run changes nothing. The logins are written to demo.json in the var folder."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the seed and the size."""
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--size", choices=sorted(SIZES), default="small")
        parser.add_argument("--migrate", action="store_true", help="Make the schema first, which saves a start.")

    def handle(self, *args: Any, seed: int, size: str, migrate: bool, **options: Any) -> None:
        """Seed, and say what was made."""
        if settings.ENVIRONMENT == "production":
            raise CommandError("Demo data have well-known passwords; they never enter a production house.")
        if migrate:
            make_schema()
            self.stdout.write("The schema is made.")
        self.stdout.write(run_seed(seed, size))


def make_schema() -> None:
    """Migrate; without the collector of cycles, which would walk all rendered models again and again: half the time."""
    gc.disable()
    try:
        call_command("migrate", interactive=False, verbosity=0)
    finally:
        gc.enable()


def run_seed(number: int, size: str) -> str:
    """Return one line that says what was made."""
    counts = seed(number=number, size=size)
    if counts is None:
        return "The demo data are there already; nothing was changed."
    made = ", ".join(f"{count} {name}" for name, count in counts.items())
    return f"Demo data: {made}. Logins: {settings.VAR_DIR / 'demo.json'}"

"""``manage.py load_exchange_rates FILE --on DAY --source NAME``: newer rates, from ``currency,rate`` lines."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jobs.services import load_exchange_rates
from umemployed.api.money import CURRENCIES


class Command(BaseCommand):
    help = "Load exchange rates (units per one of the reference currency) and restate all pay by them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="CSV without header: currency,rate")
        parser.add_argument("--on", type=date.fromisoformat, required=True, help="the day of the rates, YYYY-MM-DD")
        parser.add_argument("--source", default="", help="who published them")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and tell."""
        rates: dict[str, Decimal] = {}
        with options["file"].open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file), 1):
                rates |= self.rate_of(number, row)
        changed = load_exchange_rates(actor=None, on=options["on"], rates=rates, source=options["source"])
        self.stdout.write(f"{len(rates)} rates loaded, the pay of {changed} postings restated.")

    def rate_of(self, number: int, row: list[str]) -> dict[str, Decimal]:
        """Return the line's rate; raise CommandError."""
        try:
            currency, rate = row[0].strip().upper(), Decimal(row[1].strip())
        except (IndexError, InvalidOperation):
            raise CommandError(f"Line {number} is not `currency,rate`.") from None
        if currency not in CURRENCIES or not rate.is_finite() or rate <= 0:
            raise CommandError(f"Line {number}: no known currency, or no positive rate.")
        return {currency: rate}

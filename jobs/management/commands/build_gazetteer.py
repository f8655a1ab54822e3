"""``manage.py build_gazetteer cities15000.txt``: write the shipped gazetteer anew from GeoNames' dump."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobs.gazetteer.building import build
from jobs.gazetteer.places import DATA


class Command(BaseCommand):
    help = "Write the gazetteer from GeoNames' cities15000.txt (CC BY 4.0)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="GeoNames' cities15000.txt, unpacked")
        parser.add_argument("--target", type=Path, default=DATA)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            number = build(options["source"], options["target"])
        except (OSError, ValueError, IndexError) as error:
            raise CommandError(f"{options['source']}: {error}") from error
        self.stdout.write(f"{number} cities in {options['target']}")

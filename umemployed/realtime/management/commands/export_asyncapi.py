"""Write docs/asyncapi.yaml, or say whether it is up to date."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from umemployed.realtime.asyncapi import PATH, asyncapi_text


class Command(BaseCommand):
    """``manage.py export_asyncapi [--check]``."""

    help = "Write docs/asyncapi.yaml from the catalogue of frames (--check: only compare)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if the committed document has drifted")

    def handle(self, *args: Any, **options: Any) -> None:
        text = asyncapi_text()
        if not options["check"]:
            PATH.write_text(text)
            self.stdout.write(f"Wrote {PATH}.")
        elif not PATH.exists() or PATH.read_text() != text:
            raise CommandError("docs/asyncapi.yaml has drifted from the code. Run: manage.py export_asyncapi")
        else:
            self.stdout.write("docs/asyncapi.yaml matches the code.")

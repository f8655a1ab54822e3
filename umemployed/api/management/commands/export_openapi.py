"""Write docs/openapi.yaml, or say how it differs from the code."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from umemployed.api.document import PATH, drift, openapi_text


class Command(BaseCommand):
    help = "Write docs/openapi.yaml; with --check, fail when it is not what the code says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail on any difference")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not check:
            PATH.write_text(openapi_text())
            self.stdout.write(f"{PATH.name} is written.")
        elif found := drift():
            raise CommandError("docs/openapi.yaml is stale; run export_openapi. Differs in:\n  " + "\n  ".join(found))

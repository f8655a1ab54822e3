"""Make a search index anew from the postings."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobs.search.backend import engine
from jobs.search.opensearch.cluster import SearchUnavailable


class Command(BaseCommand):
    help = "Index all live postings anew. Searches are answered meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--engine", choices=["postgres", "opensearch"], default="postgres")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            number = engine(options["engine"]).rebuild()
        except SearchUnavailable as error:
            raise CommandError("The cluster of OPENSEARCH_URL does not answer; the log says why.") from error
        self.stdout.write(f"{number} postings indexed.")

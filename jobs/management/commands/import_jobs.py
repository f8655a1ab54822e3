"""``manage.py import_jobs FILE --company SLUG --map MAP``: postings from a file, or from pages that it lists."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from companies.models import Company
from jobs.importing.importer import ImportReport, import_jobs
from jobs.importing.mapping import MappingError, load_mapping
from jobs.importing.reading import UnreadableFile
from jobs.importing.vocabulary import RowOutcome


class Command(BaseCommand):
    help = "Import postings. Running it again changes only what the file has changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "file",
            type=Path,
            help="CSV with a header, JSON Lines, .json or .html with postings, or .urls: addresses of such, one a line",
        )
        parser.add_argument("--company", required=True, help="slug of the company that posts")
        parser.add_argument(
            "--map", required=True, help="mapping file (YAML or JSON), or: nyc, emscad, greenhouse, jsonld"
        )
        parser.add_argument("--dry-run", action="store_true", help="do all of it and take it back")
        parser.add_argument("--publish", action="store_true", help="put drafts live, as far as the plan allows")
        parser.add_argument(
            "--allow-duplicates", action="store_true", help="write also what says the same as a public posting"
        )
        parser.add_argument("--no-quota", action="store_true", help="the operator's exception: publish past the plan")
        parser.add_argument(
            "--any-network", action="store_true", help="let a list of addresses name hosts of our own network, too"
        )
        parser.add_argument("--report", type=Path, help="write what became of every row to this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and tell."""
        if options["report"]:
            check_writable(options["report"])
        company = Company.objects.filter(slug=options["company"]).first()
        if company is None:
            raise CommandError(f"There is no company {options['company']!r}.")
        try:
            mapping = load_mapping(options["map"])
            with tqdm(desc="Importing", unit=" rows", disable=None if options["verbosity"] else True) as bar:
                report = import_jobs(
                    actor=None,
                    company=company,
                    path=options["file"],
                    mapping=mapping,
                    publish_rows=options["publish"],
                    dry_run=options["dry_run"],
                    within_quota=not options["no_quota"],
                    allow_duplicates=options["allow_duplicates"],
                    only_public=not options["any_network"],
                    progress=bar.update,
                )
        except (MappingError, UnreadableFile) as error:
            raise CommandError(str(error)) from error
        self.tell(report, options)

    def tell(self, report: ImportReport, options: dict[str, Any]) -> None:
        """Write the counts, the rejected rows, and the report file."""
        counts = report.counts()
        words = ", ".join(f"{counts[name]} {name}" for name in RowOutcome.values)
        live = sum(row.published for row in report.rows)
        for row in report.rows:
            if row.outcome in {RowOutcome.REJECTED, RowOutcome.DUPLICATE} and options["verbosity"]:
                told = [f"row {row.number}", row.external_id, row.column, row.reason]
                self.stdout.write(": ".join(filter(None, told)))
        self.stdout.write(f"{len(report.rows)} rows: {words}; {live} published.")
        notes = (note for row in report.rows for note in row.reason.split("; "))
        for note, times in Counter(note for note in notes if note.startswith("stays a draft")).most_common():
            self.stdout.write(f"{times} of them: {note}")
        if cut := sum(": cut from " in row.reason for row in report.rows):
            self.stdout.write(f"{cut} of them: too long, and cut; --report names the rows")
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was kept.")
        if options["report"]:
            with options["report"].open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(["row", "external_id", "outcome", "column", "reason", "published"])
                writer.writerows(
                    [row.number, row.external_id, row.outcome, row.column, row.reason, row.published]
                    for row in report.rows
                )


def check_writable(path: Path) -> None:
    """Raise CommandError, before anything is done, where the report could not be written afterwards."""
    try:
        path.open("a", encoding="utf-8").close()
    except OSError as error:
        raise CommandError(
            f"The report cannot be written to {path}: {error.strerror}. Nothing was imported; name another --report."
        ) from error

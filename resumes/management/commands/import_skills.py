"""Fill the taxonomy of skills from ESCO's CSV, or any table of that form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from resumes.skillimport import SEED, NotASkillTable, Report, import_skills, read_concepts


class Command(BaseCommand):
    help = (
        "Import skills from a CSV with the columns conceptUri, reuseLevel, preferredLabel and altLabels "
        "(one label a line), as ESCO publishes it. Doing it again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file and the dry run."""
        parser.add_argument("file", nargs="?", type=Path, default=SEED, help="default: the skills we ship")
        parser.add_argument("--dry-run", action="store_true", help="report, and change nothing")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        """Run the import and print what became of every row."""
        try:
            with transaction.atomic():
                report = import_skills(read_concepts(file))
                transaction.set_rollback(dry_run)
        except OSError as error:
            raise CommandError(f"Cannot open {file}: {error.strerror}.") from error
        except NotASkillTable as error:
            raise CommandError(str(error)) from error
        self.show(report, dry_run=dry_run, verbose=options["verbosity"] > 1)

    def show(self, report: Report, *, dry_run: bool, verbose: bool) -> None:
        """Print the report; every skipped row and conflicting label with ``-v 2``, else the first ten."""
        self.stdout.write(
            f"{report.rows} rows: {report.created} skills created, {report.changed} changed, "
            f"{report.unchanged} unchanged, {report.skipped} skipped"
        )
        self.stdout.write(f"{report.aliases_added} labels added, {len(report.conflicts)} refused")
        if report.strayed:
            self.stdout.write(
                f"In {report.strayed} rows the labels name another row: the column altLabels has slipped. "
                "Only the names were taken."
            )
        self.stdout.write(f"{report.matched} skills of résumés found their canonical skill")
        lines = report.reasons + report.conflicts
        for line in lines if verbose else lines[:10]:
            self.stdout.write(f"  {line}")
        if len(lines) > 10 and not verbose:
            self.stdout.write(f"  … and {len(lines) - 10} more; -v 2 shows all")
        if dry_run:
            self.stdout.write("Dry run: nothing was changed.")

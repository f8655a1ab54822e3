"""``manage.py verify_audit``: prove that the audit record is as it was written, or name the first bad row."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from umemployed.audit.verify import Tampered, verify


class Command(BaseCommand):
    help = "Check every entry, link and anchor of the audit record; fail naming the first bad row."

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and say how much."""
        try:
            verdict = verify()
        except Tampered as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{verdict.entries} entries and {verdict.anchors} anchors are as they were written.")

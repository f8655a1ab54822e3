"""``manage.py rotate_signing_key``: make a new key for access tokens, and say what to put where."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.rotation import CannotRotate, Step, names_of, new_key, plan_rotation, present_step, verify_each_other
from accounts.tokens import AccessToken

WHEN = (
    "now: every node learns to verify the new key",
    "when every node has restarted: the new key signs, the old one is still believed",
    "{minutes} minutes after that: the old key is gone",
)


class Command(BaseCommand):
    help = "Make a new signing key and print the settings of each step; --check only looks at the present ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="sign and verify with the keys that are set, and stop")

    def handle(self, *, check: bool = False, **options: Any) -> None:
        """Print three steps, each verified against the one before; nothing is changed or kept here."""
        now = present_step()
        try:
            if check:
                self.tell_present(now)
            else:
                self.tell_plan(plan_rotation(now, new_key()))
        except CannotRotate as error:
            raise CommandError(str(error)) from error

    def tell_present(self, now: Step) -> None:
        """Verify every key that is set, the old ones too."""
        for key in now.previous:
            verify_each_other(now, Step(key, (now.signing, *now.previous)))
        verify_each_other(now, now)
        self.stdout.write(f"Signs: {names_of((now.signing,))}. Believed besides: {names_of(now.previous)}. All verify.")

    def tell_plan(self, steps: list[Step]) -> None:
        """Print the settings of each step, with the public names of the keys for the logs."""
        minutes = int(AccessToken.lifetime.total_seconds() // 60)
        self.stdout.write(
            "Tokens of each step verify at nodes of the step before and after it. Nobody is signed out.\n"
            "This terminal shows secrets: write them where your secrets are, and nowhere else.\n"
        )
        for number, (step, when) in enumerate(zip(steps, WHEN, strict=True), start=1):
            signs, believed = names_of((step.signing,)), names_of(step.previous)
            self.stdout.write(f"\n{number}. {when.format(minutes=minutes)} (signs {signs}; believes also {believed})\n")
            for name, value in step.variables().items():
                self.stdout.write(f"   {name}={value}\n")
            self.stdout.write("   then restart the nodes one after the other\n")

"""``manage.py enrol_mfa EMAIL``: turn two-step sign-in on from the terminal, for the first members of staff."""

from __future__ import annotations

import io
from typing import Any

import segno
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User, normalise_email
from accounts.services import confirm_authenticator, make_offer
from umemployed.api.errors import ApiError


class Command(BaseCommand):
    help = "Show a QR code for an authenticator app, ask for a code of it, and print the recovery codes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        """Offer, ask, confirm."""
        user = User.objects.filter(email=normalise_email(email)).first()
        if user is None:
            raise CommandError(f"Nobody has the address {email}.")
        try:
            offer = make_offer(user=user)
            picture = io.StringIO()
            segno.make(offer.otpauth_url, error="m").terminal(out=picture, compact=True)
            self.stdout.write(picture.getvalue())
            self.stdout.write(f"Secret, to be typed where no picture can be taken: {offer.secret}")
            codes = confirm_authenticator(actor=user, code=input("Code of the app: "), session=None)
        except ApiError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Two-step sign-in is on. Recovery codes, shown this once:\n" + "\n".join(codes))

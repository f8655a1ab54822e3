"""How passwords are judged and kept."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from umemployed.api.errors import Invalid

MAX_LENGTH = 1024  # characters; a longer one is refused, never cut
PRODUCT_WORDS = ("umemployed", "unemployed", "employed", "recruiter", "recruitment", "password", "candidate")
LEFTOVER = 6
DISTINCT = 4


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id at 32 MiB, two passes, one lane: above OWASP's floor of 19 MiB, and bounded under load."""

    time_cost = 2
    memory_cost = 32 * 1024
    parallelism = 1


class GuessableValidator:
    """Refuse what a guesser tries first: our own words with trimmings, and a few characters repeated."""

    def validate(self, password: str, user: object = None) -> None:
        rest = password.casefold()
        for word in PRODUCT_WORDS:
            rest = rest.replace(word, "")
        hardly_anything = rest != password.casefold() and len(rest) < LEFTOVER
        if hardly_anything or len(set(password.casefold())) < DISTINCT:
            raise ValidationError(_("This password is too easy to guess."), code="password_too_guessable")

    def get_help_text(self) -> str:
        return _("Your password cannot be little more than one of our own words or a few repeated characters.")


def normalise_password(password: str) -> str:
    """Return the password in NFKC, so that the same keys on two keyboards are the same (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)


def check_new_password(password: str, user: AbstractBaseUser, *, attr: str) -> None:
    """Judge a new password for its person by length, commonness and likeness. Raises Invalid on field ``attr``."""
    try:
        validate_password(normalise_password(password), cast("Any", user))
    except ValidationError as refused:
        errors = [
            {"code": error.code or "invalid", "attr": attr, "detail": " ".join(error.messages)}
            for error in refused.error_list
        ]
        raise Invalid(errors=errors) from refused


@cache
def _dummy_hash() -> str:
    return make_password("nobody has this password")


def check_against_nobody(password: str) -> None:
    """Spend the time of a real check, for an address that nobody has."""
    check_password(normalise_password(password), _dummy_hash())

"""How passwords are judged and kept."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

from umemployed.api.errors import Invalid

MAX_LENGTH = 1024  # characters; a longer one is refused, never cut
PRODUCT_WORDS = ("umemployed", "unemployed", "employed", "recruiter", "recruitment", "password", "candidate")
# Common in passwords of our other language, and unknown to the estimator.
FRENCH_WORDS: tuple[str, ...] = ("motdepasse", "azerty", "azertyuiop", "bonjour", "soleil", "jetaime", "amour", "maman")
FRENCH_WORDS += ("papa", "doudou", "chouchou", "loulou", "chocolat", "candidat", "recruteur", "emploi", "chomage")
FRENCH_WORDS += ("janvier", "fevrier", "mars", "avril", "juin", "juillet", "aout", "septembre", "octobre", "novembre")
FRENCH_WORDS += ("decembre", "printemps", "automne", "hiver", "famille", "cameroun", "douala", "yaounde")
FRENCH_WORDS += (
    "mon",
    "mot",
    "passe",
    "secret",
    "code",
    "compte",
    "acces",
    "entrer",
    "connexion",
    "travail",
    "monsieur",
)
FRENCH_WORDS += (
    "entretien",
    "embauche",
    "recrutement",
    "candidature",
    "salut",
    "merci",
    "bienvenue",
    "voiture",
    "argent",
)
FRENCH_WORDS += (
    "france",
    "paris",
    "marseille",
    "chien",
    "chat",
    "lapin",
    "cheval",
    "fille",
    "garcon",
    "maison",
    "ecole",
)
FRENCH_WORDS += ("vacances", "football", "equipe", "champion", "princesse", "coucou", "tresor", "bisous", "toujours")
FRENCH_WORDS += ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "aujourdhui", "demain")
# What people say instead of a password, in both languages; judged without spaces, accents and the like, with trimmings.
PHRASES: tuple[str, ...] = ("unmotdepasse", "monmotdepasse", "lemotdepasse", "motdepasse", "nouveaumotdepasse")
PHRASES += ("motdepasseoublie", "jetaimebeaucoup", "jetaimemoncoeur", "jetaimemonamour", "moncode", "codesecret")
PHRASES += ("cestmoi", "ouvretoi", "sesameouvretoi", "laissezmoientrer", "laissemoientrer", "jenesaispas", "jaioublie")
PHRASES += ("bonjourtoutlemonde", "toutlemonde", "vivelafrance", "vivelecameroun", "monamour", "moncoeur", "mabelle")
PHRASES += ("jecherchedutravail", "jechercheunemploi", "offredemploi", "chercheuremploi", "chercheurdemploi")
PHRASES += (
    "apassword",
    "mypassword",
    "thepassword",
    "newpassword",
    "letmein",
    "iloveyou",
    "lookingforajob",
    "findajob",
)
LEFTOVER = 6
DISTINCT = 4
GUESSES = 10**9  # ten times what zxcvbn calls safely unguessable; ten random letters and digits have 10**10
WINDOW = 20


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id at 32 MiB, two passes, one lane: above OWASP's floor of 19 MiB, and bounded under load."""

    time_cost = 2
    memory_cost = 32 * 1024
    parallelism = 1


class GuessableValidator:
    """Refuse what a guesser tries early: our own words with trimmings, few characters, and what zxcvbn counts up to.

    zxcvbn ships 30,000 leaked passwords and the words and names of English, and sees through leet, years, keyboard
    walks and repetition. It is no rule of composition: a sentence in small letters passes. Its time grows fast with
    the length, so of a long password it sees windows of WINDOW characters (up to 60 ms each), of which one must do.
    """

    def validate(self, password: str, user: object = None) -> None:
        said = squeezed(password)
        rest = said
        for word in sorted((*PRODUCT_WORDS, *PHRASES), key=len, reverse=True):
            rest = rest.replace(word, "")
        hardly_anything = rest != said and len(rest) < LEFTOVER
        if hardly_anything or len(set(password.casefold())) < DISTINCT or not self.holds_out(password, user):
            raise ValidationError(_("This password is too easy to guess."), code="password_too_guessable")

    def holds_out(self, password: str, user: object) -> bool:
        """Say whether some window of the password takes more than GUESSES guesses by somebody who knows its owner."""
        own = " ".join(str(getattr(user, name, "")) for name in ("email", "full_name"))
        words = [*PRODUCT_WORDS, *FRENCH_WORDS, *re.findall(r"\w{3,}", own.casefold())]
        return any(zxcvbn(window, user_inputs=words)["guesses"] >= GUESSES for window in windows_of(password))

    def get_help_text(self) -> str:
        return _("Your password cannot be a common one, one of our own words with trimmings, or repeated characters.")


def squeezed(password: str) -> str:
    """Return it in small letters without accents, spaces, apostrophes and hyphens: as a guesser spells phrases."""
    letters = unicodedata.normalize("NFKD", password.casefold())
    return "".join(
        letter for letter in letters if not unicodedata.combining(letter) and letter not in " '\u2019-_.\u00a0"
    )


def windows_of(password: str) -> list[str]:
    """Return the whole of a short password, or the beginning, middle and end of a long one."""
    middle = (len(password) - WINDOW) // 2
    if middle <= 0:
        return [password[:WINDOW], password[-WINDOW:]] if len(password) > WINDOW else [password]
    return [password[:WINDOW], password[middle : middle + WINDOW], password[-WINDOW:]]


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

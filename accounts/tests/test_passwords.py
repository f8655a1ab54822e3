from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest
from django.contrib.auth import password_validation

from accounts.models import User
from accounts.passwords import PRODUCT_WORDS, check_new_password
from accounts.services import BadCredentials, sign_in
from accounts.tests.factories import make_user
from umemployed.api.errors import Invalid

COMMON = Path(password_validation.__file__).with_name("common-passwords.txt.gz")
LONG = "ψ пароль 密码 🔑 " * 5


def is_accepted(password: str) -> bool:
    try:
        check_new_password(password, User(email="erin@example.com"), attr="password")
    except Invalid:
        return False
    return True


def test_a_password_is_kept_as_argon2id_above_the_floor() -> None:
    person = User()
    person.set_password("correct horse battery staple")
    algorithm, variant, _version, parameters = person.password.split("$")[:4]
    costs = dict(item.split("=") for item in parameters.split(","))
    assert (algorithm, variant) == ("argon2", "argon2id")
    assert int(costs["m"]) >= 19 * 1024
    assert int(costs["t"]) >= 2


def test_common_passwords_are_refused() -> None:
    words = gzip.decompress(COMMON.read_bytes()).decode().split()
    assert len(words) > 19_000
    assert [word for word in words[:3000] if is_accepted(word)] == []
    assert [word for word in words if len(word) >= 10 and is_accepted(word)] == []


@pytest.mark.parametrize("word", PRODUCT_WORDS)
@pytest.mark.parametrize("trimming", ["{}2026!", "123{}", "{0}{0}", "{}-{}".replace("{}", "{0}"), "{}abcde"])
def test_our_own_words_with_trimmings_are_refused(word: str, trimming: str) -> None:
    assert not is_accepted(trimming.format(word))
    assert not is_accepted(trimming.format(word).upper())


@pytest.mark.parametrize("password", ["aaaaaaaaaaaaaa", "ababababababab", "1234567890", "          ", "", "nine char"])
def test_what_is_short_or_repeats_itself_is_refused(password: str) -> None:
    assert not is_accepted(password)


@pytest.mark.parametrize(
    "password",
    [
        "un mot de passe",
        "Un Mot-de-Passe !",
        "mon mot de passe 1",
        "C\u2019est moi 2026",
        "l\u00e0issez-moi entrer",
        "je t'aime mon coeur",
    ],
)
def test_what_french_speakers_say_instead_of_a_password_is_refused(password: str) -> None:
    assert not is_accepted(password)


@pytest.mark.parametrize(
    "password", ["trois chats bleus", "le tram violet part tard", "mot de passe-muraille, acte trois"]
)
def test_a_french_sentence_is_accepted(password: str) -> None:
    assert is_accepted(password)


@pytest.mark.parametrize(
    "password", ["violet tram lantern", LONG[:64], "employed since 1998", "violet tram " * 80 + "lantern"]
)
def test_a_sentence_in_any_script_is_accepted(password: str) -> None:
    assert is_accepted(password)


@pytest.mark.parametrize(
    "password",
    [
        "P@ssw0rd1234",
        "pa$$word2026!",
        "basketball2024",
        "Sunshine1998!",
        "iloveyoubaby",
        "dragonmonkey",
        "qwertyuiopasdfgh",
        "abcdefghijkl",
        "19981213abcd",
        "azertyuiop12",
        "motdepasse123",
        "Juillet2026!",
        "password" * 20,
        "qwerty1234" * 100,
        "x7!z" * 256,
        "erin@example",
        "Erin1998!!",
    ],
)
def test_what_a_guesser_tries_early_is_refused(password: str) -> None:
    assert not is_accepted(password)


@pytest.mark.parametrize("word", ["password", "letmein", "monkey", "sunshine", "football", "superman", "umemployed"])
def test_a_common_word_with_any_usual_trimming_is_refused(word: str) -> None:
    trimmings = [f"{year}" for year in range(1960, 2031)] + ["123", "1234!", "!!", "007", "12345678"]
    guesses = [f"{word}{end}" for end in trimmings] + [f"{word.title()}{end}!" for end in trimmings]
    assert [guess for guess in guesses if is_accepted(guess)] == []


def test_judging_a_password_is_quick_whatever_it_is() -> None:
    hard = "4@8({[<369&#!1/|0$5+7%2" * 44
    began = time.process_time()
    is_accepted(hard[:1024])
    assert time.process_time() - began < 2


def test_our_own_examples_of_good_passwords_are_good() -> None:
    for password in ("correct horse battery staple", "a much newer sentence", "kJ8s0dk2mZ", "trois chats bleus"):
        assert is_accepted(password)


@pytest.mark.django_db
def test_nothing_is_cut_at_64_characters() -> None:
    password = LONG[:63] + "Z"
    person = make_user()
    person.set_password(password)
    person.save()
    assert sign_in(email=person.email, password=password, device="").session.user == person
    for near in (password[:63], password + "Z", password.swapcase()):
        with pytest.raises(BadCredentials):
            sign_in(email=person.email, password=near, device="")


@pytest.mark.django_db
def test_the_same_keys_on_two_keyboards_are_the_same_password() -> None:
    person = make_user()
    person.set_password("café crème à la carte")
    assert person.check_password("cafe\u0301 cre\u0300me a\u0300 la carte")

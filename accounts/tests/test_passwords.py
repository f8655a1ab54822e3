from __future__ import annotations

import gzip
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


@pytest.mark.parametrize("password", ["violet tram lantern", LONG[:64], "employed since 1998", "x7!" * 300 + "y"])
def test_a_sentence_in_any_script_is_accepted(password: str) -> None:
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

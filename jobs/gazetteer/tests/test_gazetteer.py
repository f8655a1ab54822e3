"""Cities are found by any of their names, and postings are placed by them."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from accounts.models import User
from companies.models import Company
from jobs import services
from jobs.gazetteer.places import coordinates_of, gazetteer
from jobs.geography import COUNTRIES, distance_km, time_zones
from jobs.models import Status
from jobs.tests.factories import make_job

LINE = "2988507\tParis\tParis\tPAR,Lutetia,Lutèce,ba li,Париж,Paris\t48.85341\t2.3488\tP\tPPLC\tFR\t\t11\t75\t751\t75056\t2138551\t\t42\tEurope/Paris\t2025-01-01\n"  # noqa: E501


def test_the_shipped_data_are_sane() -> None:
    cities = gazetteer().cities
    assert len(cities) > 30_000 and len({city.geoname_id for city in cities}) == len(cities)
    assert all(abs(city.latitude) <= 90 and abs(city.longitude) <= 180 for city in cities)
    assert {city.country for city in cities} <= set(COUNTRIES) | {"XK"}
    assert len({city.timezone for city in cities} - time_zones()) == 0


@pytest.mark.parametrize(
    ("name", "country", "near"),
    [
        ("Douala", "CM", (4.05, 9.7)),
        ("yaounde", "CM", (3.87, 11.52)),
        ("Köln", "DE", (50.94, 6.96)),
        ("Cologne", "DE", (50.94, 6.96)),
        ("SAINT-ÉTIENNE", "FR", (45.43, 4.39)),
        ("Paris", "FR", (48.85, 2.35)),
        ("Paris", "US", (33.66, -95.55)),
        ("New York City", "US", (40.71, -74.0)),
    ],
)
def test_a_city_is_known_by_its_names(name: str, country: str, near: tuple[float, float]) -> None:
    found = coordinates_of(name, country)
    assert found is not None and distance_km(found, near) < 15


def test_what_is_not_known_is_not_placed() -> None:
    assert coordinates_of("Nowhereville", "FR") is None and coordinates_of("", "FR") is None
    assert coordinates_of("Douala", "FR") is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "first"),
    [
        ({"q": "dou"}, "Douala"),
        ({"q": "yaoundé"}, "Yaoundé"),
        ({"q": "lond"}, "London"),
        ({"q": "london", "country": "CA"}, "London"),
        ({"q": "paris, US"}, "Paris"),
        ({"q": "Lyon, France"}, "Lyon"),
        ({"q": "munich"}, "Munich"),
        ({"q": "wien"}, "Vienna"),
    ],
)
def test_the_beginning_of_a_name_finds_the_largest(query: dict[str, str], first: str, api: APIClient) -> None:
    answer = api.get("/api/v1/locations/", query)
    results = answer.json()["results"]
    assert results[0]["city"] == first and len(results) <= 10
    wanted = query.get("country") or {"paris, US": "US", "Lyon, France": "FR"}.get(query["q"])
    assert wanted is None or {row["country"] for row in results} == {wanted}
    assert api.get("/api/v1/locations/", query, headers={"If-None-Match": answer["ETag"]}).status_code == 304


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["%", "\\", "' OR 1=1", "a" * 60, "\U0010ffff", "，", "東京"])
def test_odd_text_finds_nothing_or_something(text: str, api: APIClient) -> None:
    assert api.get("/api/v1/locations/", {"q": text}).status_code == 200


@pytest.mark.django_db
def test_a_place_without_coordinates_is_placed_by_its_city(bob: User, acme: Company) -> None:
    job = make_job(company=acme, status=Status.DRAFT)
    places = [
        {"city": "Lyon", "region": "", "country": "FR", "address": "", "latitude": None, "longitude": None},
        {"city": "Lyon", "region": "", "country": "FR", "address": "", "latitude": 1.5, "longitude": 2.5},
        {"city": "Nowhereville", "region": "", "country": "FR", "address": "", "latitude": None, "longitude": None},
    ]
    services.update_job(actor=bob, job_id=job.pk, expected_version=1, locations=places)
    lyon, given, unknown = job.locations.order_by("position")
    assert (round(lyon.latitude, 1), round(lyon.longitude, 1)) == (45.7, 4.8)
    assert (given.latitude, given.longitude, unknown.latitude) == (1.5, 2.5, None)


def test_the_command_writes_the_same_bytes_from_the_same_dump(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    source, targets = tmp_path / "cities15000.txt", [tmp_path / "one.gz", tmp_path / "two.gz"]
    source.write_text(LINE, encoding="utf-8")
    run: Callable[..., object] = call_command
    for target in targets:
        run("build_gazetteer", str(source), "--target", str(target))
    assert targets[0].read_bytes() == targets[1].read_bytes()
    line = gzip.decompress(targets[0].read_bytes()).decode().rstrip("\n").split("\t")
    assert line == ["2988507", "Paris", "FR", "48.85341", "2.34880", "2138551", "Europe/Paris", "par|lutetia|lutece"]
    assert "1 cities" in capsys.readouterr().out
    source.write_text("broken\n", encoding="utf-8")
    with pytest.raises(CommandError):
        run("build_gazetteer", str(source), "--target", str(targets[0]))

"""The shipped gazetteer: every city of the world of 15,000 people and more, and every seat of government.

The data are GeoNames' (geonames.org, CC BY 4.0), made small by ``manage.py build_gazetteer``: one line per city,
tab-separated, with the other names in Latin script that it goes by. Read once per process, when first asked:
about half a second and 40 MB, since a table would have to be filled in every database.
"""

from __future__ import annotations

import gzip
import heapq
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from jobs.anonymity import words_of
from jobs.geography import CODES_BY_NAME, COUNTRIES

DATA = Path(__file__).parent / "cities.tsv.gz"
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class City:
    """One city. ``geoname_id`` is what GeoNames calls it; coordinates are WGS 84 degrees."""

    geoname_id: int
    name: str
    country: str
    latitude: float
    longitude: float
    population: int
    timezone: str

    @property
    def country_name(self) -> str:
        """Return the country's English name."""
        return COUNTRIES.get(self.country, self.country)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All cities, and every folded name with the place of its city, sorted; own names begin their own list."""

    cities: list[City]
    own: list[tuple[str, int]]
    others: list[tuple[str, int]]

    def named(self, name: str, country: str) -> City | None:
        """Return the largest city of the country with exactly this name, own names before others."""
        wanted = fold(name)
        for names in (self.own, self.others):
            found = [city for city in self.beginning(names, wanted, exact=True) if city.country == country]
            if found:
                return max(found, key=lambda city: city.population)
        return None

    def suggest(self, text: str, country: str = "", limit: int = 10) -> list[City]:
        """Return the largest cities of which a name begins like this: first those named exactly so.

        ``Lyon, France`` and ``Lyon, FR`` narrow down to the country.
        """
        words, _comma, last = text.partition(",")
        country = country or country_of(last)
        found: dict[int, City] = {}
        prefix = fold(words)
        ranks = (
            [self.beginning(self.own, prefix, exact=True)],
            [self.beginning(self.others, prefix, exact=True), self.beginning(self.own, prefix)],
            [self.beginning(self.others, prefix)],
        )
        for rank in ranks:
            fits = {city.geoname_id: city for city in chain(*rank) if country in {"", city.country}}
            fresh = (city for city in fits.values() if city.geoname_id not in found)
            for city in heapq.nlargest(limit - len(found), fresh, key=lambda city: (city.population, -city.geoname_id)):
                found[city.geoname_id] = city
        return list(found.values())

    def beginning(self, names: list[tuple[str, int]], prefix: str, *, exact: bool = False) -> Iterator[City]:
        """Yield the cities with a name that begins with the folded prefix, or is it."""
        if not prefix:
            return
        end = f"{prefix}\0" if exact else prefix + LAST
        for at in range(bisect_left(names, (prefix, -1)), bisect_left(names, (end, -1))):
            yield self.cities[names[at][1]]


def fold(name: str) -> str:
    """Return a name without case, accents and marks."""
    return " ".join(words_of(name))


def country_of(text: str) -> str:
    """Return the code of a country that is named or coded; empty for anything else."""
    word = text.strip()
    return word.upper() if word.upper() in COUNTRIES else CODES_BY_NAME.get(word.casefold(), "")


@cache
def gazetteer() -> Gazetteer:
    """Return the shipped gazetteer, read at the first call of a process."""
    cities: list[City] = []
    own: list[tuple[str, int]] = []
    others: list[tuple[str, int]] = []
    with gzip.open(DATA, "rt", encoding="utf-8") as file:
        for line in file:
            number, name, country, latitude, longitude, population, zone, names = line.rstrip("\n").split("\t")
            place = len(cities)
            cities.append(City(int(number), name, country, float(latitude), float(longitude), int(population), zone))
            own.append((fold(name), place))
            others += [(other, place) for other in names.split("|") if other]
    return Gazetteer(cities, sorted(own), sorted(others))


def coordinates_of(city: str, country: str) -> tuple[float, float] | None:
    """Return latitude and longitude of the largest city of that name in the country; None where it is unknown."""
    found = gazetteer().named(city, country)
    return (found.latitude, found.longitude) if found else None

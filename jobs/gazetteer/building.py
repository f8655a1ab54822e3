"""Making GeoNames' dump small: what ``manage.py build_gazetteer`` does."""

from __future__ import annotations

import csv
import gzip
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from jobs.gazetteer.places import fold

# Columns of GeoNames' cities15000.txt (download.geonames.org/export/dump/readme.txt).
NUMBER, NAME, _ASCII, OTHERS, LATITUDE, LONGITUDE, COUNTRY, POPULATION, ZONE = 0, 1, 2, 3, 4, 5, 8, 14, 17


def build(source: Path, target: Path) -> int:
    """Write the gazetteer from GeoNames' file; returns how many cities. The same file gives the same bytes."""
    lines = sorted(lines_of(source))
    with target.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write("".join(line + "\n" for _number, line in lines).encode())
    return len(lines)


def lines_of(source: Path) -> Iterator[tuple[int, str]]:
    """Yield GeoNames' number and our line of every city."""
    with source.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            spot = (f"{float(row[LATITUDE]):.5f}", f"{float(row[LONGITUDE]):.5f}")
            others = "|".join(other_names(row[NAME], row[OTHERS].split(",")))
            yield (
                int(row[NUMBER]),
                "\t".join((row[NUMBER], row[NAME], row[COUNTRY], *spot, row[POPULATION], row[ZONE], others)),
            )


def other_names(own: str, given: list[str]) -> Iterator[str]:
    """Yield the other names, folded: in Latin script, with a capital, which leaves transliterations out."""
    seen = {fold(own)}
    for name in given:
        folded = fold(name)
        if len(folded) > 2 and folded not in seen and name[:1].isupper() and is_latin(name):
            seen.add(folded)
            yield folded


def is_latin(name: str) -> bool:
    """Say whether all letters are of the Latin script."""
    return all(unicodedata.name(char, "").startswith("LATIN") for char in name if char.isalpha())

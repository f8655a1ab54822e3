"""The mapping file: which column says what, and in which words."""

from __future__ import annotations

import json
from collections.abc import Mapping as Members
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from jobs.geography import COUNTRIES, time_zones
from jobs.importing.mappingschema import SCHEMA
from jobs.models import EmploymentType, ExperienceLevel, SalaryPeriod, WorkMode

WORDS = {"employment_type": EmploymentType, "experience_level": ExperienceLevel, "work_mode": WorkMode}
TEXTS = ("description", "requirements", "benefits")
MAPS = Path(__file__).parent / "maps"
SHIPPED = sorted(path.stem for path in MAPS.glob("*.yaml"))
VALIDATOR = Draft202012Validator(SCHEMA)


class MappingError(ValueError):
    """The mapping file cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Mapping:
    """A mapping file's content. See ``docs/import.md`` for what each member means."""

    source: str
    external_id: list[str]
    title: str
    texts: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    words: dict[str, dict[str, Any]] = field(default_factory=dict)
    category: dict[str, Any] = field(default_factory=dict)
    salary: dict[str, Any] = field(default_factory=dict)
    location: dict[str, Any] = field(default_factory=dict)
    openings: str = ""
    posted_on: str = ""
    expires_on: str = ""
    language: str = "en"
    timezone: str = "UTC"

    def columns(self) -> set[str]:
        """Return every column that the mapping names."""
        named = {self.title, self.openings, self.posted_on, self.expires_on, *self.external_id}
        named |= {part["column"] for parts in self.texts.values() for part in parts}
        named |= {rule.get("column", "") for rule in [*self.words.values(), self.category]}
        named |= {str(self.salary.get(name, "")) for name in ("min", "max", "range")}
        named |= {
            self.salary.get("period_column", ""),
            self.salary.get("currency_column", ""),
            self.location.get("column", ""),
        }
        return named - {""}


def load_mapping(name: str) -> Mapping:
    """Read a mapping file (YAML or JSON), or one of those that come with us (``nyc``, ``emscad``)."""
    path = Path(name)
    if not path.exists() and (MAPS / f"{name}.yaml").exists():
        path = MAPS / f"{name}.yaml"
    if not path.exists():
        ours = ", ".join(SHIPPED)
        raise MappingError(f"{name}: there is no such mapping file, and none of that name comes with us: {ours}")
    return mapping_of(content_of(path))


def content_of(path: Path) -> dict[str, Any]:
    """Read a mapping file (YAML, or JSON). Raises MappingError."""
    name = path.name
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, yaml.YAMLError) as error:
        raise MappingError(f"{name}: {error}") from error
    if not isinstance(content, dict):
        raise MappingError(f"{name}: the file must hold one mapping.")
    return content


def mapping_of(content: dict[str, Any]) -> Mapping:
    """Return the checked mapping; raise MappingError naming what is wrong."""
    content = json.loads(json.dumps(content, default=str))  # YAML has keys and values that are no text
    unknown = set(content) - set(Mapping.__dataclass_fields__) - set(TEXTS) - set(WORDS)
    if unknown:
        raise MappingError(f"unknown: {', '.join(sorted(unknown))}")
    missing = {"source", "external_id", "title"} - set(content)
    if missing:
        raise MappingError(f"missing: {', '.join(sorted(missing))}")
    check_shape(content)
    for name, choices in WORDS.items():
        rule = content.get(name, {})
        said = {*rule.get("values", {}).values(), rule.get("default", choices.values[0])}
        if said - set(choices.values):
            raise MappingError(f"{name}: unknown words {', '.join(sorted(said - set(choices.values)))}")
    check_places(content)
    external = content["external_id"]
    plain = {name: content[name] for name in content if name not in {*TEXTS, *WORDS, "external_id"}}
    return Mapping(
        external_id=[external] if isinstance(external, str) else list(external),
        texts={name: content[name] for name in TEXTS if name in content},
        words={name: content[name] for name in WORDS if name in content},
        **plain,
    )


def check_shape(content: Members[str, Any]) -> None:
    """Raise MappingError for a member that is not of its shape."""
    wrong = best_match(VALIDATOR.iter_errors(content))
    if wrong is not None:
        raise MappingError(f"{'.'.join(map(str, wrong.absolute_path)) or 'mapping'}: {wrong.message[:300]}")


def check_places(content: dict[str, Any]) -> None:
    """Raise MappingError for a zone, country or period that does not exist."""
    if content.get("timezone", "UTC") not in time_zones():
        raise MappingError(f"timezone: there is no zone {content['timezone']}")
    if content.get("location", {}).get("country", "US") not in COUNTRIES:
        raise MappingError("location.country: not an ISO 3166-1 code")
    periods = set(content.get("salary", {}).get("periods", {}).values())
    if periods - set(SalaryPeriod.values):
        raise MappingError(f"salary.periods: unknown {', '.join(sorted(periods - set(SalaryPeriod.values)))}")

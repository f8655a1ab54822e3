"""Filling the taxonomy from a table in the form of ESCO's CSV: one row a concept, one label a line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction

from resumes.models import Skill, SkillAlias
from resumes.taxonomy import free_slug, learn_words, normalise

SEED = Path(__file__).resolve().parent / "data" / "skills.csv"
COLUMNS = ("conceptUri", "reuseLevel", "preferredLabel", "altLabels")
MAX_LABEL = 200
MIN_STRAYED = 5


class NotASkillTable(Exception):
    """The file lacks the columns, or is not text in UTF-8."""


@dataclass(frozen=True)
class Concept:
    """One row: its URI, or nothing in a table of our own; its name; every other label."""

    uri: str
    name: str
    labels: tuple[str, ...]


@dataclass
class Report:
    """What became of every row and label. ``rows`` is the sum of the four after it.

    ``strayed`` is not 0 when no label of the file but the names could be trusted; see ``trusted``.
    """

    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    aliases_added: int = 0
    strayed: int = 0
    conflicts: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    matched: int = 0


def read_concepts(path: Path) -> Iterator[Concept]:
    """Yield the rows of a file; raises NotASkillTable and OSError."""
    csv.field_size_limit(1_000_000)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := set(COLUMNS) - set(reader.fieldnames or ()):
                raise NotASkillTable(f"{path.name} lacks the columns {', '.join(sorted(missing))}.")
            for row in reader:
                labels = (" ".join(label.split()) for label in (row["altLabels"] or "").splitlines())
                name = " ".join((row["preferredLabel"] or "").split())
                yield Concept((row["conceptUri"] or "").strip(), name, tuple(filter(None, labels)))
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotASkillTable(f"{path.name} cannot be read as CSV in UTF-8: {error}.") from error


@transaction.atomic
def import_skills(concepts: Iterable[Concept]) -> Report:
    """Enter concepts into the taxonomy; doing it again changes nothing. One import at a time.

    A label keeps its first meaning: names are entered before other labels, so that a synonym of one
    concept never takes the name of another, and a label that already means another skill is reported as
    a conflict. A name that already means a skill without a source is that skill. Holds the whole
    taxonomy in memory (some 30 MB for 100,000 labels).
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE resumes_skill IN SHARE ROW EXCLUSIVE MODE")
    run = Import()
    concepts = list(concepts)
    run.report.strayed = strayed_rows(concepts)
    known = [(concept, run.enter(concept)) for concept in concepts]
    run.flush_skills()
    for concept, skill in known:
        if skill is not None:
            run.add_labels(skill, (concept.name, *(() if run.report.strayed else concept.labels)))
    return run.finish()


def import_shipped_skills() -> Report:
    """Enter the technical skills that we ship; doing it again changes nothing."""
    return import_skills(read_concepts(SEED))


def strayed_rows(concepts: list[Concept]) -> int:
    """Return how many rows carry labels that name another row, if they are too many to be chance; else 0.

    Tables get cut and pasted by column: when a cell without labels is dropped, all below it slide up.
    Such a table would teach us that a foundation garment is a kind of invoice. Synonyms that are
    another concept's very name are rare in a sound table, so a tenth of such rows tells.
    """
    names = {normalise(concept.name) for concept in concepts}
    strayed = sum(
        any(label in names and label != normalise(concept.name) for label in map(normalise, concept.labels))
        for concept in concepts
    )
    return strayed if strayed >= MIN_STRAYED and strayed * 10 > len(concepts) else 0


class Import:
    """The state of one run: what the taxonomy holds, what is new, and the report."""

    def __init__(self) -> None:
        self.report = Report()
        skills = list(Skill.objects.order_by("pk"))
        self.by_uri = {skill.source_uri: skill for skill in skills if skill.source_uri}
        self.slugs = {skill.slug for skill in skills}
        by_pk = {skill.pk: skill for skill in skills}
        aliases = SkillAlias.objects.order_by("pk").values_list("normalised", "skill_id")
        self.meaning = {normalised: by_pk[skill_id] for normalised, skill_id in aliases}
        self.new_skills: list[Skill] = []
        self.adopted: list[Skill] = []
        self.new_aliases: list[SkillAlias] = []
        self.touched: set[int] = set()

    def enter(self, concept: Concept) -> Skill | None:
        """Return the skill that the concept is, known or new; None when the row is skipped, with the reason."""
        self.report.rows += 1
        name = normalise(concept.name)
        if not name or len(concept.name) > MAX_LABEL or len(concept.uri) > MAX_LABEL or "\x00" in concept.name:
            return self.skip(concept, "no usable name")
        skill = self.by_uri.get(concept.uri) if concept.uri else self.meaning.get(name)
        if skill is None and name in self.meaning:
            skill = self.meaning[name]
            if skill.source_uri:
                return self.skip(concept, f"already the name or a label of “{skill.name}”")
            skill.source_uri = concept.uri
            self.adopted.append(skill)
        if skill is None:
            skill = Skill(name=concept.name, slug=free_slug(concept.name, self.slugs), source_uri=concept.uri)
            self.new_skills.append(skill)
            self.mean(name, concept.name, skill)
        if concept.uri:
            self.by_uri[concept.uri] = skill
        return skill

    def skip(self, concept: Concept, reason: str) -> Skill | None:
        """Count the row as skipped; returns None, the skill that it is."""
        self.report.skipped += 1
        self.report.reasons.append(f"{concept.name or concept.uri or 'nameless row'}: {reason}")
        return None

    def mean(self, normalised: str, label: str, skill: Skill) -> None:
        """Give a new label its meaning."""
        self.meaning[normalised] = skill
        self.new_aliases.append(SkillAlias(skill=skill, label=label, normalised=normalised))

    def flush_skills(self) -> None:
        """Insert the new skills, which gives them their keys."""
        if self.adopted:
            Skill.objects.bulk_update([skill for skill in self.adopted if skill.pk], ["source_uri"], batch_size=1000)
        Skill.objects.bulk_create(self.new_skills, batch_size=1000)
        self.report.created = len(self.new_skills)

    def add_labels(self, skill: Skill, labels: Iterable[str]) -> None:
        """Add what is new among the labels of a concept, and count what became of its row."""
        before = len(self.new_aliases)
        for label in labels:
            normalised = normalise(label)
            if not normalised or len(label) > MAX_LABEL or "\x00" in label:
                self.report.conflicts.append(f"{label[:60]!r}: no usable label")
            elif normalised not in self.meaning:
                self.mean(normalised, label, skill)
            elif self.meaning[normalised] is not skill:
                self.report.conflicts.append(f"“{label}” means “{self.meaning[normalised].name}”, not “{skill.name}”")
        if len(self.new_aliases) > before:
            self.touched.add(skill.pk)

    def finish(self) -> Report:
        """Insert the labels and their words, match what résumés name, and return the report."""
        SkillAlias.objects.bulk_create(self.new_aliases, batch_size=1000)
        learn_words(alias.normalised for alias in self.new_aliases)
        self.report.aliases_added = len(self.new_aliases)
        new = {skill.pk for skill in self.new_skills}
        changed = (self.touched | {skill.pk for skill in self.adopted}) - new
        self.report.changed = len(changed)
        self.report.unchanged = self.report.rows - self.report.skipped - len(new) - len(changed)
        if self.new_aliases:
            self.report.matched = match_unmatched()
        return self.report


def match_unmatched() -> int:
    """Give résumés' skills that had no canonical one the skill that now has their name; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE resumes_resumeskill AS named SET skill_id = alias.skill_id FROM resumes_skillalias AS alias "
            "WHERE named.skill_id IS NULL AND named.normalised = alias.normalised"
        )
        return cursor.rowcount

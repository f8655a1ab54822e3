"""The registry of personal data.

Each app declares every table in its room ``personal_data.py``::

    declare(Message, of="sender", holds=_("what you wrote"), basis=Basis.CONTRACT, kept=Kept.ACCOUNT,
            forget=Blank({"body": ""}, leaves=("side",)))
    nothing(Stage, because=_("The steps of a job's pipeline, named by its company."))

``of`` is the path from a row to its person, or a function from the person to the rows. From the declarations are
made: the public list of what is held (``/api/v1/personal-data/``), the export, and the erasure. A test fails for a
table that nobody declared, so nothing new can be forgotten to be forgotten.

The ground knows the person only as a row of ``settings.AUTH_USER_MODEL``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise

BATCH = 500  # rows of one transaction of an erasure


class Basis(models.TextChoices):
    """Why the law lets us hold it (GDPR art. 6)."""

    CONTRACT = "contract", _("needed for what you asked us to do")
    CONSENT = "consent", _("your consent, which you can withdraw")
    INTEREST = "legitimate_interest", _("a legitimate interest: security, and records of what was decided")
    LAW = "legal_obligation", _("the law demands it")


class Kept(models.TextChoices):
    """The clock that ends it; ``settings.RETENTION`` says after how many months, and where it differs by country."""

    ACCOUNT = "account", _("as long as the account, and that is erased when nobody used it for so long")
    APPLICATION = "application", _("until so long after the decision, and not longer than the account")
    CONSENT = "consent", _("as proof, until so long after it was given or withdrawn")
    ACCOUNTING = "accounting", _("as long as books must be kept")
    SECURITY = "security", _("as long as the record of security stands; it names ids, no texts")
    DAYS = "days", _("some days: hours for answers and tickets, at most a month for what was told")


@dataclass(frozen=True)
class Delete:
    """The rows go."""


@dataclass(frozen=True)
class Blank:
    """The rows stay, to be counted; these columns get these values (functions are called, expressions computed).

    ``leaves`` are the other columns of text: they say nothing about the person. A test demands that every column
    of text is named here or there.
    """

    values: Mapping[str, Any]
    leaves: tuple[str, ...] = ()


@dataclass(frozen=True)
class Keep:
    """The rows stay as they are, and the report says why. They hold no text that a person wrote."""

    because: Text


@dataclass(frozen=True)
class By:
    """A function of the app forgets some rows (at most BATCH) and returns how many; it is called until it says 0."""

    forget: Callable[[Any], int]


Way = Delete | Blank | Keep | By


@dataclass(frozen=True)
class Table:
    """One table with personal data."""

    model: type[models.Model]
    of: str | Callable[[Any], QuerySet]
    holds: Text
    basis: Basis
    kept: Kept
    forget: Way
    # The export has every column but keys and ``hide``, and these paths besides (``"job__title"``).
    also: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    # False where the rows tell of others, or only repeat what is exported elsewhere.
    exported: bool = True
    # An app's own way to show rows, where some columns are the person's in some rows only.
    export: Callable[[Any], Iterable[dict[str, Any]]] | None = None
    # Forgotten only when the person was told that all else is.
    last: bool = False

    @property
    def label(self) -> str:
        """Name the table, e.g. ``messaging.Message``."""
        return self.model._meta.label

    def rows(self, person: Any) -> QuerySet:
        """Return the person's rows, in the order of their keys."""
        if callable(self.of):
            return self.of(person)
        return self.model._base_manager.filter(**{self.of: person})

    def columns(self) -> list[str]:
        """Return what the export shows of a row."""
        own = [column.name for column in self.model._meta.concrete_fields if not column.is_relation]
        return [name for name in own if name != "id" and name not in self.hide] + list(self.also)

    def exported_rows(self, person: Any) -> Iterator[dict[str, Any]]:
        """Yield the person's rows as dicts of plain values; one query, read in pieces."""
        if self.export is not None:
            yield from self.export(person)
        elif self.exported:
            yield from self.rows(person).order_by("pk").values(*self.columns()).iterator(chunk_size=BATCH)

    def count_kept(self, person: Any) -> int:
        """Count the rows that stay as they are."""
        return self.rows(person).count() if isinstance(self.forget, Keep) else 0

    def forget_some(self, person: Any, after: Any) -> tuple[int, Any]:
        """Forget at most BATCH rows in the caller's transaction; return how many, and where to go on (None: done)."""
        if isinstance(self.forget, Keep):
            return 0, None
        if isinstance(self.forget, By):
            count = self.forget.forget(person)
            return count, after if count else None
        rows = self.rows(person).order_by("pk")
        if isinstance(self.forget, Blank) and after is not None:
            rows = rows.filter(pk__gt=after)
        keys = list(rows.values_list("pk", flat=True)[:BATCH])
        if not keys:
            return 0, None
        self.forget_rows(keys)
        return len(keys), keys[-1]

    def forget_rows(self, keys: list[Any]) -> None:
        """Delete or blank these rows, as the table is declared."""
        chosen = self.model._base_manager.filter(pk__in=keys)
        if isinstance(self.forget, Blank):
            chosen.update(**{name: value() if callable(value) else value for name, value in self.forget.values.items()})
        elif isinstance(self.forget, Delete):
            chosen.delete()


# (moment, country or "", countries with months of their own, whether only to count) → rows whose clock ended.
Turn = Callable[[datetime, str, list[str], bool], int]


@dataclass
class Registry:
    """Everything that was declared."""

    tables: dict[type[models.Model], Table] = field(default_factory=dict)
    nothing: dict[type[models.Model], Text] = field(default_factory=dict)
    addresses: list[Callable[[Any], Iterable[str]]] = field(default_factory=list)
    mentions: list[Callable[[Any], Iterable[str]]] = field(default_factory=list)
    guards: list[Callable[[Any], None]] = field(default_factory=list)
    openings: list[Callable[[Any], None]] = field(default_factory=list)
    outside: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    farewells: list[Callable[[Any], bool]] = field(default_factory=list)
    activity: list[Callable[[datetime], Iterable[tuple[int, datetime]]]] = field(default_factory=list)
    countries: list[Callable[[list[int]], Mapping[int, str]]] = field(default_factory=list)
    holds: list[Callable[[Any], bool]] = field(default_factory=list)
    clocks: list[tuple[Kept, Turn]] = field(default_factory=list)


REGISTRY = Registry()


def declare(
    model: type[models.Model],
    *,
    of: str | Callable[[Any], QuerySet],
    holds: Text,
    basis: Basis,
    kept: Kept,
    forget: Way,
    **more: Any,
) -> None:
    """Declare a table with personal data. Raises ValueError when it was declared before."""
    _refuse_twice(model)
    REGISTRY.tables[model] = Table(model, of, holds, basis, kept, forget, **more)


def nothing(*found: type[models.Model], because: Text) -> None:
    """Declare tables that hold nothing about a person, and why that is so."""
    for model in found:
        _refuse_twice(model)
        REGISTRY.nothing[model] = because


def _refuse_twice(model: type[models.Model]) -> None:
    if model in REGISTRY.tables or model in REGISTRY.nothing:
        raise ValueError(f"{model._meta.label} was declared before.")


Strings = Callable[[Any], Iterable[str]]


def register_addresses(of: Strings) -> Strings:
    """Tell the addresses of mail that are or were a person's; tables that know people by address ask."""
    REGISTRY.addresses.append(of)
    return of


def register_mentions(of: Strings) -> Strings:
    """Tell strings by which texts that the ground keeps for others (frames, errors) can be known to be about somebody.

    Names, addresses and public ids; at most some hundreds.
    """
    REGISTRY.mentions.append(of)
    return of


Act = Callable[[Any], None]


def register_guard(judge: Act) -> Act:
    """Let an app stand against an erasure, by raising a Conflict of its own that says what to do first.

    It is asked when the erasure is requested and again when it begins, under the person's row lock; it locks what it
    judges.
    """
    REGISTRY.guards.append(judge)
    return judge


def register_opening(act: Act) -> Act:
    """Let an app act in the transaction that begins an erasure: end rights, so that nobody acts for the person."""
    REGISTRY.openings.append(act)
    return act


def register_outside(name: str, forget: Act) -> None:
    """Have somebody outside the house forget a person (a payment provider); repeated until it does not raise."""
    REGISTRY.outside[f"outside.{name}"] = forget


def register_farewell(is_telling: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Let an app say that the last letter of an erasure is still on its way, so that the address is not forgotten."""
    REGISTRY.farewells.append(is_telling)
    return is_telling


def register_activity(seen_since: Callable[[datetime], Iterable[tuple[int, datetime]]]) -> None:
    """Tell who was seen to use an account since a moment, as (person's id, when)."""
    REGISTRY.activity.append(seen_since)


def register_countries(of: Callable[[list[int]], Mapping[int, str]]) -> None:
    """Tell the country of people, as far as an app knows it: {person's id: ISO 3166-1 alpha-2}."""
    REGISTRY.countries.append(of)


def register_hold(holds: Callable[[Any], bool]) -> None:
    """Keep the account of somebody on whom others depend, though it was not used for long; one query."""
    REGISTRY.holds.append(holds)


def register_clock(kept: Kept, turn: Turn) -> None:
    """Have an app end what is older than its clock allows; ``turn`` does so in bounded transactions of its own."""
    REGISTRY.clocks.append((kept, turn))


def addresses_of(person: Any) -> list[str]:
    """Return the addresses that are or were a person's."""
    return sorted({address for of in REGISTRY.addresses for address in of(person) if address})


def mentions_of(person: Any) -> list[str]:
    """Return what marks a text as being about a person; nothing shorter than four characters, which would mark all."""
    found = {str(text) for of in REGISTRY.mentions for text in of(person)} | set(addresses_of(person))
    return sorted(text for text in found if len(text) >= 4)


def mentioning(column: str, texts: Iterable[str]) -> Q:
    """Return the condition that a column of text contains one of these."""
    found = Q(pk__in=[])
    for text in texts:
        found |= Q(**{f"{column}__icontains": text})
    return found


def tables_from_the_top() -> list[Table]:
    """Return the tables in the order in which they are forgotten: from the top of the ladder down, the last ones last.

    Within an app as they were declared, so an app declares first what refers to its other tables.
    """
    floors = [config.label for config in apps.get_app_configs()]
    ordered = sorted(REGISTRY.tables.values(), key=lambda table: -floors.index(table.model._meta.app_label))
    return sorted(ordered, key=lambda table: table.last)


def texts_of(model: type[models.Model]) -> set[str]:
    """Return the names of a model's columns in which somebody could have written."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField, ArrayField)
    return {
        column.name
        for column in model._meta.local_concrete_fields
        if isinstance(column, kinds) and not column.choices and not column.primary_key
    }

"""One row with all that belongs to it, in one statement.

``prefetch_related`` sends a statement per relation, which is right for a page of rows and dear for a single
one that has ten of them. PostgreSQL reads the lot in one snapshot here, so the parts also fit each other.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

from umemployed.vault.fields import EncryptedTextField

Row = TypeVar("Row", bound=models.Model)
# JSON cannot carry these without loss.
LOSSY = (models.DecimalField, models.DurationField, models.BinaryField)


def whole(model: type[Row], *paths: str, **columns: Any) -> Row | None:
    """Return the one row whose columns have these values, its related sets loaded; None if there is none.

    A path is the name of a reverse foreign key (``"locations"``), or that and one foreign key of its rows
    (``"skills__skill"``). Raises TypeError for a model with a column that JSON cannot carry.
    """
    row = _read(model, paths, columns)
    if row is None:
        return None
    instance = _instance(model, row[0])
    _fill(instance, paths, row[1:])
    return instance


def gather(instance: models.Model, *paths: str) -> None:
    """Load the related sets of a row that one has, as ``prefetch_related_objects`` would; one statement."""
    row = _read(type(instance), paths, {"id": instance.pk}, with_row=False)
    if row is not None:
        _fill(instance, paths, row[1:])


def _read(
    model: type[models.Model], paths: tuple[str, ...], columns: dict[str, Any], *, with_row: bool = True
) -> list[Any] | None:
    """Return the row as JSON (null without ``with_row``) and each path's rows, or None."""
    members = ["to_jsonb(o)" if with_row else "NULL::jsonb", *(_set_of(model, path) for path in paths)]
    where = " AND ".join(f"o.{connection.ops.quote_name(name)} = %s" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT jsonb_build_array({', '.join(members)})::text"  # noqa: S608 - names out of our models
            f" FROM {connection.ops.quote_name(model._meta.db_table)} o WHERE {where}",
            list(columns.values()),
        )
        found = cursor.fetchone()
    return json.loads(found[0]) if found else None


@cache
def _set_of(model: Any, path: str) -> str:
    """Return the expression of a related set: an array of [row] or of [row, the row that it points to]."""
    quote = connection.ops.quote_name
    name, _, further = path.partition("__")
    back = model._meta.get_field(name).field
    table = back.model._meta
    order = [f"r.{quote(_column(table, term))}" + " DESC" * term.startswith("-") for term in table.ordering]
    join, member = "", ""
    if further:
        link = table.get_field(further)
        target = link.related_model._meta
        join = f" LEFT JOIN {quote(target.db_table)} t ON t.{quote(target.pk.column)} = r.{quote(link.column)}"
        member = ", to_jsonb(t)"
    return (
        f"(SELECT coalesce(jsonb_agg(jsonb_build_array(to_jsonb(r){member}) ORDER BY {', '.join(order)}), '[]')"  # noqa: S608
        f" FROM {quote(table.db_table)} r{join} WHERE r.{quote(back.column)} = o.{quote(model._meta.pk.column)})"
    )


def _column(table: Any, term: str) -> str:
    name = term.removeprefix("-")
    return table.pk.column if name == "pk" else table.get_field(name).column


def _fill(instance: Any, paths: tuple[str, ...], sets: list[list[list[Any]]]) -> None:
    """Put the rows where ``prefetch_related`` puts them."""
    cached = instance.__dict__.setdefault("_prefetched_objects_cache", {})
    for path, rows in zip(paths, sets, strict=True):
        name, _, further = path.partition("__")
        back = instance._meta.get_field(name).field
        found = [_instance(back.model, row) for row, *_ in rows]
        for related, (_row, *target) in zip(found, rows, strict=True):
            back.set_cached_value(related, instance)
            if further:
                link = back.model._meta.get_field(further)
                link.set_cached_value(related, target[0] and _instance(link.related_model, target[0]))
        queryset = getattr(instance, name).get_queryset()
        queryset._result_cache, queryset._prefetch_done = found, True
        cached[back.remote_field.cache_name] = queryset


@cache
def _fields_of(model: Any) -> list[Any]:
    fields = list(model._meta.concrete_fields)
    if any(isinstance(field, LOSSY) for field in fields):
        raise TypeError(f"{model.__name__} has a column that JSON cannot carry.")
    return fields


def _value(field: Any, value: Any) -> Any:
    """Return a column's value as a query would: JSON carries what is encrypted as it stands in the column."""
    if isinstance(field, EncryptedTextField):
        return field.from_db_value(value, None, connection)
    return field.to_python(value)


def _instance(model: type[Row], row: dict[str, Any]) -> Row:
    fields = _fields_of(model)
    values = [_value(field, row[field.column]) for field in fields]
    return model.from_db(connection.alias, [field.attname for field in fields], values)

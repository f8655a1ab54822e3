"""Many models in one operation are what they are one by one."""

from __future__ import annotations

import pytest
from django.db import connection, models
from django.db.migrations import CreateModel
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter

from umemployed.schema import CreateModels

pytestmark = pytest.mark.django_db


def shelf() -> CreateModels:
    return CreateModels(
        [
            CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))]),
            CreateModel(
                "Book",
                [
                    ("id", models.BigAutoField(primary_key=True)),
                    ("shelf", models.ForeignKey("schema_trial.shelf", models.CASCADE)),
                ],
            ),
        ]
    )


def tables() -> set[str]:
    return {name for name in connection.introspection.table_names() if name.startswith("schema_trial")}


def test_its_tables_come_in_order_and_go_in_the_opposite_one() -> None:
    operation, before = shelf(), ProjectState()
    assert before.apps.get_models() == [], "the state was rendered before"
    after = before.clone()
    operation.state_forwards("schema_trial", after)
    assert {model.__name__ for model in after.apps.get_models()} == {"Shelf", "Book"}
    with connection.schema_editor() as editor:
        operation.database_forwards("schema_trial", editor, before, after)
    assert tables() == {"schema_trial_shelf", "schema_trial_book"}
    with connection.schema_editor() as editor:
        operation.database_backwards("schema_trial", editor, after, before)
    assert tables() == set()


def test_it_can_be_written_into_a_migration_and_says_what_it_does() -> None:
    operation = shelf()
    assert operation.describe() == "Create models Shelf, Book"
    written, imports = MigrationWriter.serialize(operation.models)
    assert written.count("CreateModel(") == 2
    assert imports

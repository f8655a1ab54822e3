"""No table can come without somebody saying what it holds about people, and how that is forgotten."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.exceptions import FieldError

from accounts.models import User
from umemployed.privacy.registry import REGISTRY, Blank, By, Keep, Kept, tables_from_the_top, texts_of

pytestmark = pytest.mark.django_db

HOW = """
Nobody said what these tables hold about people: {missing}
Write into personal_data.py beside the models of the app (e.g. messaging/personal_data.py) one of

    declare(TheModel, of="path__to__the_user", holds=_("…"), basis=Basis.CONTRACT, kept=Kept.ACCOUNT, forget=Delete())
    nothing(TheModel, because=_("…"))

``forget`` is Delete(), Blank({{"column": ""}}, leaves=("harmless_text",)), Keep(because=…) or By(function). Declare a
table before those that it refers to. umemployed/privacy/registry.py explains the rest.
"""


def test_every_table_is_declared() -> None:
    known = set(REGISTRY.tables) | set(REGISTRY.nothing)
    missing = sorted(model._meta.label for model in apps.get_models() if model not in known)
    assert missing == [], HOW.format(missing=", ".join(missing))


def test_where_rows_stay_every_column_of_text_is_blanked_or_said_to_be_harmless() -> None:
    forgotten = {
        f"{table.label}.{name}"
        for table in REGISTRY.tables.values()
        if isinstance(table.forget, Blank)
        for name in texts_of(table.model) - set(table.forget.values) - set(table.forget.leaves)
    }
    assert forgotten == set(), (
        f"Name them in the Blank(…) of their app's personal_data.py, among its values or its leaves: {forgotten}"
    )


@pytest.mark.parametrize("table", REGISTRY.tables.values(), ids=lambda table: table.label)
def test_each_declaration_fits_its_table(alice: User, table) -> None:
    try:
        assert list(table.exported_rows(alice)) is not None
        assert table.rows(alice).count() >= 0
    except FieldError as error:
        pytest.fail(f"{table.label}: {error}")
    assert str(table.holds) and isinstance(table.kept, Kept)
    if isinstance(table.forget, Keep):
        assert str(table.forget.because)
    elif not isinstance(table.forget, By):
        assert table.forget_some(alice, None)[0] >= 0


def test_tables_are_forgotten_from_the_top_down_and_the_person_last() -> None:
    order = [table.label for table in tables_from_the_top()]
    assert order[-1] == "accounts.User"
    assert order.index("messaging.Message") < order.index("applications.Capsule") < order.index("files.StoredFile")
    assert order.index("notifications.Mail") > order.index("files.StoredFile"), "mails go after the last letter"

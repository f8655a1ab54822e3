"""Seal the telephone numbers that rest in the column; backwards, open them again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, migrations

import umemployed.vault.fields
from umemployed.vault.ring import decrypt, encrypt

BATCH = 1000
PURPOSE = "resumes.phone"


def rewrite(change: Callable[[str], str]) -> None:
    """Write every number anew, BATCH rows at a time, as text that no field looks at."""
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT id, phone FROM resumes_resume WHERE id > %s ORDER BY id LIMIT %s", [last, BATCH])
            rows = cursor.fetchall()
            if not rows:
                return
            keys, values = [row[0] for row in rows], [change(row[1]) for row in rows]
            cursor.execute(
                "UPDATE resumes_resume r SET phone = n.phone"
                " FROM unnest(%s::bigint[], %s::text[]) AS n(id, phone) WHERE r.id = n.id",
                [keys, values],
            )
            last = keys[-1]


def seal(apps: Any, schema_editor: Any) -> None:
    rewrite(lambda text: encrypt(text, purpose=PURPOSE))


def unseal(apps: Any, schema_editor: Any) -> None:
    rewrite(lambda text: decrypt(text, purpose=PURPOSE))


class Migration(migrations.Migration):
    dependencies = [("resumes", "0002_skillword")]
    operations = [
        migrations.AlterField(
            model_name="resume",
            name="phone",
            field=umemployed.vault.fields.EncryptedTextField(
                blank=True, max_length=64, purpose="resumes.phone", verbose_name="phone"
            ),
        ),
        migrations.RunPython(seal, unseal),
    ]

"""The archive itself: a ZIP of JSON, one file for each table, the uploaded files, and a page that explains them."""

from __future__ import annotations

import json
import uuid
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext, override

from umemployed.files.gateways import store
from umemployed.files.models import StoredFile
from umemployed.privacy.registry import REGISTRY, Table, tables_from_the_top

FORMAT = "umemployed.personal-data"
VERSION = 1


def write_archive(person: Any, stream: IO[bytes]) -> None:
    """Write everything that we hold about a person and may hand out; one query per table, rows read in pieces."""
    with override(person.language), zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        tables = [table for table in tables_from_the_top() if table.exported]
        counts = {table.label: _write_table(archive, table, person) for table in tables}
        counts["files"] = _write_files(archive, person)
        archive.writestr("index.json", _index(tables, counts))
        archive.writestr("README.txt", _readme())
    stream.seek(0, 2)


def _write_table(archive: zipfile.ZipFile, table: Table, person: Any) -> int:
    count = 0
    with archive.open(f"data/{table.label.replace('.', '/').lower()}.json", "w") as out:
        out.write(b"[")
        for row in table.exported_rows(person):
            out.write((b",\n" if count else b"\n") + json.dumps(_plain(row), ensure_ascii=False).encode())
            count += 1
        out.write(b"\n]\n")
    return count


def _plain(value: Any) -> Any:
    """Return a value as JSON says it: times in RFC 3339, decimals and UUIDs as strings, durations in seconds."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    return value


def _write_files(archive: zipfile.ZipFile, person: Any) -> int:
    count = 0
    for file, name in _files_of(person):
        with store().open(file.key) as source, archive.open(name, "w") as out:
            for piece in source.chunks():
                out.write(piece)
        count += 1
    return count


def _files_of(person: Any) -> Iterator[tuple[StoredFile, str]]:
    """Yield the person's files and their names in the archive, none of which leads out of its folder."""
    own = StoredFile.objects.filter(owner=person, status=StoredFile.Status.AVAILABLE).order_by("pk")
    for file in own:
        safe = "".join(letter if letter.isalnum() or letter in "._- " else "_" for letter in file.name).lstrip(".")
        yield file, f"files/{file.public_id}/{safe or 'file'}"


def _index(tables: list[Table], counts: dict[str, int]) -> str:
    held = [
        {
            "table": table.label,
            "file": f"data/{table.label.replace('.', '/').lower()}.json",
            "rows": counts[table.label],
            "holds": str(table.holds),
            "basis": table.basis.value,
            "kept": table.kept.value,
        }
        for table in tables
    ]
    content = {"format": FORMAT, "version": VERSION, "made_at": timezone.now().isoformat(), "files": counts["files"]}
    return json.dumps({**content, "tables": held}, ensure_ascii=False, indent=2)


def _readme() -> str:
    return gettext(
        "This archive holds what Umemployed keeps about you and may hand out.\n\n"
        "index.json lists the files below data/, what each of them holds, why, and how long it is kept. Each is a JSON"
        " array of objects in UTF-8; times are RFC 3339 in UTC. files/ holds what you uploaded.\n\n"
        "What others wrote to you or about you is theirs and is not in here; you can read your conversations in your"
        " account, and ask an employer for what it noted about you.\n"
    )


def held() -> list[Table]:
    """Return every table with personal data, in a fixed order."""
    return sorted(REGISTRY.tables.values(), key=lambda table: table.label)

"""Imports for tests: rows straight in their state, and uploads through the true door."""

from __future__ import annotations

import itertools
from typing import Any

from companies.tests.factories import make_company
from jobs.importing.models import JobImport, JobImportRow
from jobs.importing.vocabulary import ImportStatus, RowOutcome, SourceKind
from umemployed.files.models import StoredFile
from umemployed.files.tests.factories import make_file

_numbers = itertools.count(1)
MAPPING = {
    "source": "ours",
    "external_id": "id",
    "title": "title",
    "description": [{"column": "text"}],
    "location": {"column": "city", "parts": ["city"], "country": "CM"},
}


def make_job_import(**overrides: Any) -> JobImport:
    """An import that is done, unless ``status`` says otherwise."""
    fields: dict[str, Any] = {
        "file_name": f"jobs-{next(_numbers)}.csv",
        "kind": SourceKind.TABLE,
        "mapping": MAPPING,
        "status": ImportStatus.DONE,
        **overrides,
    }
    if "company" not in fields:
        fields["company"] = make_company()
    return JobImport.objects.create(**fields)


def make_job_import_row(**overrides: Any) -> JobImportRow:
    """A row that became a posting."""
    number = next(_numbers)
    fields: dict[str, Any] = {
        "number": number,
        "external_id": f"E-{number}",
        "outcome": RowOutcome.CREATED,
        **overrides,
    }
    if "job_import" not in fields:
        fields["job_import"] = make_job_import()
    return JobImportRow.objects.create(**fields)


def make_upload(*, owner: Any, data: bytes, name: str = "jobs.csv") -> StoredFile:
    """An uploaded file that an import can be started with."""
    return make_file(owner=owner, name=name, data=data, purpose="job_import")

"""Imports: every row is accounted for, texts become readable, and a second run changes nothing."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from companies.models import Company
from jobs.importing.cleaning import clean_text
from jobs.importing.importer import import_jobs
from jobs.importing.mapping import MAPS, MappingError, load_mapping, mapping_of
from jobs.importing.reading import UnreadableFile
from jobs.models import Job, JobSearch, JobVersion, Status
from umemployed.api.errors import NotFound
from umemployed.events.models import EventRecord

pytestmark = pytest.mark.django_db
LEAST = {"source": "x", "external_id": "a", "title": "b"}
FILES = [("nyc", "nyc_job_postings.csv", 3000), ("emscad", "postings_with_text.jsonl", 400)]
HEADER = sorted(load_mapping("nyc").columns())


def agency_row(**overrides: str) -> dict[str, str]:
    row = {
        "Job ID": "1",
        "Agency": "PARKS",
        "Posting Type": "External",
        "# Of Positions": "2",
        "Business Title": "Gardener",
        "Full-Time/Part-Time indicator": "F",
        "Salary Range From": "20.5",
        "Salary Range To": "25",
        "Salary Frequency": "Hourly",
        "Work Location": "Central Park",
        "Job Category": "Health Legal Affairs",
        "Posting Date": "2019-02-14T00:00:00.000",
    }
    return {**dict.fromkeys(HEADER, ""), **row, **overrides}


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(*rows: dict[str, str]) -> Path:
        path = tmp_path / "jobs.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, HEADER)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def run(company: Company, path: Path, name: str = "nyc", **options: Any) -> Any:
    options = {"publish_rows": True, "within_quota": False, "allow_duplicates": True, **options}
    return import_jobs(actor=None, company=company, path=path, mapping=load_mapping(name), **options)


def test_a_row_becomes_a_posting_that_is_found(write: Any, acme: Company, api: Any) -> None:
    assert run(acme, write(agency_row())).counts() == {"created": 1}
    job = Job.objects.get()
    assert (job.external_id, job.status, job.openings, job.category.slug) == ("1/External", Status.LIVE, 2, "health")
    assert (job.salary_period, str(job.salary_min), str(job.source_posted_on)) == ("hour", "20.50", "2019-02-14")
    assert (job.salary_yearly_min, job.salary_yearly_max) == (41043, 50053)
    assert str(job.locations.get()) == "New York, NY, US"
    assert api.get("/api/v1/jobs/", {"q": "gardeners"}).json()["results"][0]["title"] == "Gardener"
    assert JobVersion.objects.get().snapshot["title"] == "Gardener"
    assert EventRecord.objects.filter(topic="jobs.JobPublished").count() == 1


def test_every_row_is_accounted_for_with_reason_and_column(write: Any, acme: Company) -> None:
    path = write(
        agency_row(),
        agency_row(),
        agency_row(**{"Business Title": "Other"}),
        agency_row(**{"Job ID": "2", "Business Title": ""}),
        agency_row(**{"Job ID": "3", "Salary Range From": "many"}),
        agency_row(**{"Job ID": "4", "Salary Range From": "99"}),
        agency_row(**{"Job ID": "5", "Salary Frequency": "Once"}),
        agency_row(**{"Job ID": "6", "Post Until": "soon"}),
        agency_row(**{"Job ID": "7", "# Of Positions": "0"}),
        agency_row(**{"Job ID": "8", "Salary Range From": "0"}),
        agency_row(**{"Job ID": "", "Posting Type": "Internal"}),
    )
    report = run(acme, path)
    assert [(row.number, row.outcome, row.column) for row in report.rows] == [
        (1, "created", ""),
        (2, "unchanged", ""),
        (3, "rejected", "Job ID, Posting Type"),
        (4, "rejected", "Business Title"),
        (5, "rejected", "Salary Range From"),
        (6, "rejected", "Salary Range From"),
        (7, "rejected", "Salary Frequency"),
        (8, "rejected", "Post Until"),
        (9, "rejected", "# Of Positions"),
        (10, "created", ""),
        (11, "rejected", "Job ID"),
    ]
    assert all(row.reason for row in report.rows if row.outcome == "rejected")
    assert Job.objects.get(external_id="8/External").salary_min is None


def test_a_second_run_changes_only_what_the_file_has_changed(write: Any, acme: Company) -> None:
    rows = [agency_row(**{"Job ID": str(number)}) for number in range(3)]
    run(acme, write(*rows))
    before = list(Job.objects.order_by("pk").values())
    assert run(acme, write(*rows)).counts() == {"unchanged": 3}
    assert list(Job.objects.order_by("pk").values()) == before
    rows[1]["Business Title"] = "Botanist"
    assert run(acme, write(*rows)).counts() == {"unchanged": 2, "updated": 1}
    job = Job.objects.get(external_id="1/External")
    assert (job.title, job.version) == ("Botanist", 2) and job.versions.count() == 2
    assert JobSearch.objects.count() == 3 and EventRecord.objects.filter(topic="jobs.JobEdited").count() == 1


def test_a_dry_run_reports_the_same_and_keeps_nothing(write: Any, acme: Company) -> None:
    path = write(agency_row(), agency_row(**{"Job ID": "2", "Business Title": ""}))
    dry = run(acme, path, dry_run=True)
    assert not Job.objects.exists() and not EventRecord.objects.exists()
    assert dry.rows == run(acme, path).rows


def test_the_plan_bounds_what_goes_live_unless_the_operator_says_otherwise(write: Any, acme: Company) -> None:
    path = write(*(agency_row(**{"Job ID": str(number)}) for number in range(3)))
    report = run(acme, path, within_quota=True)
    assert [row.published for row in report.rows] == [True, False, False] and "plan_limit" in report.rows[1].reason
    assert sum(row.published for row in run(acme, path).rows) == 2


def test_what_is_over_stays_a_draft_with_its_reason(write: Any, acme: Company) -> None:
    report = run(acme, write(agency_row(**{"Post Until": "2019-04-06T00:00:00.000"})))
    assert report.rows[0].reason == "stays a draft: expiry_passed"
    assert Job.objects.get().expires_at.isoformat() == "2019-04-07T04:00:00+00:00"


def test_carol_may_not_import_for_another_company(write: Any, acme: Company, carol: User) -> None:
    with pytest.raises(NotFound):
        import_jobs(actor=carol, company=acme, path=write(agency_row()), mapping=load_mapping("nyc"))
    assert not Job.objects.exists()


def test_postings_with_text_are_read_line_by_line(tmp_path: Path, acme: Company) -> None:
    scraped = {
        "job_id": "9",
        "title": "Java Developer &amp; Lead",
        "location": "GB, LND, london",
        "salary_range": "28000-32000",
        "description": "About the futureWe build. Write to #EMAIL_" + "a" * 64 + "#",
        "telecommuting": "0",
        "employment_type": "Full-time",
        "required_experience": "Entry level",
        "function": "Information Technology",
    }
    names = ["company_profile", "requirements", "benefits", "required_education"]
    lines = [
        {**dict.fromkeys(names, ""), **scraped},
        {**scraped, "job_id": "10", "location": "", "salary_range": "5-900000"},
    ]
    path = tmp_path / "jobs.jsonl"
    path.write_text("\n".join([*map(json.dumps, lines), "{broken", "[1]"]))
    report = run(acme, path, "emscad")
    assert [row.outcome for row in report.rows] == ["created", "created", "rejected", "rejected"]
    first, second = Job.objects.order_by("pk")
    assert first.title == "Java Developer & Lead" and str(first.locations.get()) == "London, LND, GB"
    assert first.description == "About the future\nWe build. Write to [e-mail]"
    assert (first.salary_currency, first.salary_period, first.employment_type) == ("GBP", "year", "full_time")
    assert (second.salary_min, second.work_mode) == (None, "remote") and "pay left out" in report.rows[1].reason


@pytest.mark.parametrize(
    ("scraped", "readable"),
    [
        ("Skills:JavaScript and PowerPointMust have", "Skills:\nJavaScript and PowerPoint\nMust have"),
        ("<p>One</p><ul><li>Two</li></ul>", "One\nTwo"),
        ("R&amp;amp;D &eacute;quipe", "R&D équipe"),
        ("We offer€¢ Fruit. It€™s good", "We offer\n\u2022 Fruit. It\u2019s good"),
        ("nul\x00 and \ufeffmark", "nul and mark"),
        ("1.  First    2.  Second", "1. First\n2. Second"),
        ("salary < 5 and > 3", "salary < 5 and > 3"),
        ("see #URL_" + "0" * 64 + "#", "see [link]"),
    ],
)
def test_scraped_text_becomes_readable(scraped: str, readable: str) -> None:
    assert clean_text(scraped, 1000) == readable


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ({}, "missing"),
        ({"source": "x", "external_id": "a", "title": "b", "colour": "c"}, "colour"),
        ({"source": "x", "external_id": "a", "title": "b", "timezone": "Mars"}, "Mars"),
        (
            {"source": "x", "external_id": "a", "title": "b", "work_mode": {"column": "c", "values": {"1": "moon"}}},
            "moon",
        ),
        ({"source": "x", "external_id": "a", "title": "b", "location": {"country": "XX"}}, "country"),
    ],
)
def test_a_mapping_that_cannot_work_says_why(content: dict[str, Any], word: str) -> None:
    with pytest.raises(MappingError, match=word):
        mapping_of(content)


def test_the_command_tells_and_refuses(write: Any, acme: Company, tmp_path: Path, capsys: Any) -> None:
    path, report = write(agency_row()), tmp_path / "report.csv"
    call_command("import_jobs", path, company="acme", map=str(MAPS / "nyc.yaml"), report=report, verbosity=0)
    assert "1 rows: 1 created" in capsys.readouterr().out
    assert report.read_text().splitlines()[1].startswith("1,1/External,created")
    with pytest.raises(CommandError):
        call_command("import_jobs", path, company="nobody", map="nyc")
    with pytest.raises(CommandError, match="with us: emscad, greenhouse, jsonld, nyc"):
        call_command("import_jobs", path, company="acme", map="paris")
    with pytest.raises(CommandError, match="no column"):
        call_command("import_jobs", path, company="acme", map="emscad", verbosity=0)


def test_the_command_counts_what_stays_a_draft_and_why(write: Any, acme: Company, capsys: Any) -> None:
    over = {"Post Until": "2020-01-01T00:00:00.000"}
    path = write(agency_row(), agency_row(**{"Job ID": "2"}, **over), agency_row(**{"Job ID": "3"}, **over))
    call_command(
        "import_jobs", path, company="acme", map="nyc", publish=True, no_quota=True, allow_duplicates=True, verbosity=0
    )
    assert "2 of them: stays a draft: expiry_passed" in capsys.readouterr().out


def test_a_file_that_is_no_text_is_refused_whole(tmp_path: Path, acme: Company) -> None:
    path = tmp_path / "jobs.csv"
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(UnreadableFile, match="not UTF-8: save the file as UTF-8"):
        run(acme, path)


def table(path: Path, *rows: list[str] | bytes) -> Path:
    """Write HEADER and rows of our own making, right or wrong."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerow(HEADER)
    with path.open("ab") as file:
        for row in rows:
            file.write(row if isinstance(row, bytes) else (",".join(row) + "\r\n").encode())
    return path


def cells_of(number: str, **overrides: str) -> list[str]:
    return [agency_row(**{"Job ID": number, **overrides})[name] for name in HEADER]


def test_one_bad_row_of_a_table_ends_nothing(tmp_path: Path, acme: Company) -> None:
    latin = ",".join(cells_of("3", **{"Business Title": "Caf\xe9"})).encode("latin-1") + b"\r\n"
    path = table(
        tmp_path / "jobs.csv",
        cells_of("1", **{"Job Description": "word " * 40_000}),
        cells_of("2")[:-1],
        latin,
        [*cells_of("4"), "more"],
        cells_of("5"),
    )
    report = run(acme, path)
    assert [row.outcome for row in report.rows] == ["created", "rejected", "rejected", "rejected", "created"]
    assert "cut from" in report.rows[0].reason
    assert f"{len(HEADER) - 1} columns, the header {len(HEADER)}" in report.rows[1].reason
    assert "Business Title: not UTF-8; save the file as UTF-8" in report.rows[2].reason
    assert f"{len(HEADER) + 1} columns" in report.rows[3].reason
    assert [row.external_id for row in report.rows][2:] == ["3/External", "4/External", "5/External"]
    assert set(Job.objects.values_list("external_id", flat=True)) == {"1/External", "5/External"}


def test_one_bad_line_ends_nothing(tmp_path: Path, acme: Company) -> None:
    good = dict.fromkeys(load_mapping("emscad").columns(), "") | {"title": "Gardener"}
    path = tmp_path / "jobs.jsonl"
    lines = [
        b"\xef\xbb\xbf" + json.dumps({**good, "job_id": "1"}).encode(),
        b'{"job_id": ' + b"9" * 5000 + b"}",
        b'{"job_id": "\xff"}',
        b'{"job_id": "1", "job_id": "2"}',
        b"[" * 100_000,
        json.dumps({**good, "job_id": "a\0b"}).encode(),
        json.dumps({**good, "job_id": "2"}).encode(),
    ]
    path.write_bytes(b"\n".join(lines))
    report = run(acme, path, "emscad")
    assert [row.outcome for row in report.rows] == ["created", *["rejected"] * 5, "created"]
    assert "UTF-8" in report.rows[2].reason and "twice" in report.rows[3].reason


@pytest.mark.parametrize("name", ["jobs.csv", "jobs.jsonl"])
@pytest.mark.parametrize("content", ["", "\n", "\ufeff"])
def test_an_empty_file_is_told_and_fails(tmp_path: Path, acme: Company, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(CommandError, match="empty"):
        call_command("import_jobs", path, company="acme", map="nyc", verbosity=0)


def test_a_column_that_stands_twice_is_refused_with_its_name(tmp_path: Path, acme: Company) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text(",".join([*HEADER, "Agency", "Job ID"]) + "\n")
    with pytest.raises(UnreadableFile, match="twice: Agency, Job ID"):
        run(acme, path)


def test_what_is_cut_is_told(write: Any, acme: Company, capsys: Any) -> None:
    path = write(agency_row(**{"Business Title": "x" * 201}))
    assert "Business Title: cut from 201 to 200 characters" in run(acme, path, dry_run=True).rows[0].reason
    call_command("import_jobs", path, company="acme", map="nyc", verbosity=0)
    assert "1 of them: too long, and cut" in capsys.readouterr().out


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_done(
    write: Any, acme: Company, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_jobs", write(agency_row()), company="acme", map="nyc", report=tmp_path / "no" / "r.csv")
    assert not Job.objects.exists()


@pytest.mark.skipif("UMEMPLOYED_REAL_DATA" not in os.environ, reason="UMEMPLOYED_REAL_DATA names no folder")
@pytest.mark.parametrize("guarded", [False, True])
@pytest.mark.parametrize(("name", "file", "rows"), FILES)
def test_real_files_are_accounted_for_to_the_last_row(
    name: str, file: str, rows: int, guarded: bool, acme: Company
) -> None:
    path = Path(os.environ["UMEMPLOYED_REAL_DATA"]) / file
    report = run(acme, path, name, allow_duplicates=not guarded)
    assert [row.number for row in report.rows] == list(range(1, rows + 1))
    counts = report.counts()
    assert counts["rejected"] == 0 and sum(counts.values()) == rows
    assert counts["created"] == Job.objects.count() and (counts["duplicate"] > 0) == guarded
    assert all(row.duplicates for row in report.rows if row.outcome == "duplicate")
    again = run(acme, path, name, allow_duplicates=not guarded).counts()
    assert (again["unchanged"], again["duplicate"]) == (rows - counts["duplicate"], counts["duplicate"])

"""Boards and pages as others publish them: every posting is a row, and every row is accounted for."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.management import call_command

from companies.models import Company
from jobs.importing.importer import ImportReport, import_jobs
from jobs.importing.mapping import load_mapping
from jobs.importing.reading import UnreadableFile, read_rows
from jobs.models import Job

pytestmark = pytest.mark.django_db
NURSE = {
    "@context": "https://schema.org/",
    "@type": "JobPosting",
    "identifier": {"@type": "PropertyValue", "name": "Acme", "value": "N-7"},
    "title": "Nurse",
    "description": "&lt;p&gt;Care for people.&lt;/p&gt;",
    "datePosted": "2031-05-01",
    "validThrough": "2031-06-30T23:59",
    "employmentType": ["PART_TIME", "TEMPORARY"],
    "hiringOrganization": {"@type": "Organization", "name": "Acme"},
    "jobLocation": [
        {"@type": "Place", "address": {"addressLocality": "Douala", "addressCountry": "CM"}},
        {"@type": "Place", "address": {"addressLocality": "Lyon", "addressCountry": {"name": "France"}}},
    ],
    "baseSalary": {
        "@type": "MonetaryAmount",
        "currency": "EUR",
        "value": {"@type": "QuantitativeValue", "minValue": 20, "maxValue": 25.5, "unitText": "HOUR"},
    },
    "qualifications": "A diploma",
    "totalJobOpenings": 2,
}
BOARD = {
    "jobs": [
        {
            "id": 127817,
            "title": "Vault Designer",
            "updated_at": "2031-01-14T10:55:28-05:00",
            "location": {"name": "Berlin, Germany"},
            "absolute_url": "https://boards.greenhouse.io/vaulttec/jobs/127817",
            "content": "&lt;p&gt;Design &lt;strong&gt;vaults&lt;/strong&gt;.&lt;/p&gt;&lt;p&gt;With care.&lt;/p&gt;",
            "departments": [{"id": 1, "name": "Design"}],
            "offices": [{"id": 8, "name": "Berlin"}],
        },
        {"id": 2, "title": "Remote Writer", "location": {"name": "Remote"}, "content": "Write.", "departments": []},
        {"id": 3, "title": "", "location": None},
        "not a job",
    ],
    "meta": {"total": 4},
}


def bring(company: Company, path: Path, name: str, **options: Any) -> ImportReport:
    options = {"publish_rows": True, "within_quota": False, "only_public": False, **options}
    return import_jobs(actor=None, company=company, path=path, mapping=load_mapping(name), **options)


def outcomes(report: ImportReport) -> list[tuple[str, str]]:
    return [(row.external_id, row.outcome) for row in report.rows]


class Page(BaseHTTPRequestHandler):
    """A site with postings."""

    pages: ClassVar[dict[str, tuple[int, str, bytes]]] = {}

    def do_GET(self) -> None:
        status, kind, body = self.pages.get(self.path, (404, "text/plain", b"gone"))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if 300 <= status < 400:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def write(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_greenhouse_board_becomes_postings(tmp_path: Path, acme: Company) -> None:
    path = write(tmp_path, "board.json", BOARD)
    report = bring(acme, path, "greenhouse")
    assert outcomes(report) == [("127817", "created"), ("2", "created"), ("3", "rejected"), ("", "rejected")]
    designer = Job.objects.get(company=acme, external_id="127817")
    assert designer.description == "Design vaults .\nWith care.\n\nDepartment: Design"
    assert (designer.category.slug, designer.source, designer.status) == ("design", "greenhouse", "live")
    place = designer.locations.get()
    assert (place.city, place.country) == ("Berlin", "DE")
    assert place.latitude == pytest.approx(52.5, abs=0.2), "the gazetteer knows Berlin"
    writer = Job.objects.get(company=acme, external_id="2")
    assert (writer.work_mode, writer.locations.count()) == ("remote", 0)
    assert [outcome for _id, outcome in outcomes(bring(acme, path, "greenhouse"))] == [
        *("unchanged", "unchanged"),
        *("rejected", "rejected"),
    ]


def test_a_jobposting_becomes_a_posting_with_all_that_it_says(tmp_path: Path, acme: Company) -> None:
    report = bring(acme, write(tmp_path, "nurse.json", NURSE), "jsonld")
    assert outcomes(report) == [("N-7", "created")]
    job = Job.objects.get(company=acme)
    assert (job.title, job.employment_type, job.openings) == ("Nurse", "part_time", 2)
    assert (job.salary_min, job.salary_max, job.salary_currency, job.salary_period) == (20, 25.5, "EUR", "hour")
    assert job.description == "Care for people.\n\nEmployer: Acme"
    assert job.requirements == "A diploma"
    assert str(job.expires_on) == "2031-06-30"
    assert [(place.city, place.country) for place in job.locations.all()] == [("Douala", "CM"), ("Lyon", "FR")]


@pytest.mark.parametrize(
    ("salary", "kept"),
    [
        ({"currency": "EUR", "value": {"value": 30_000, "unitText": "YEAR"}}, ("EUR", "year", 30_000)),
        ({"currency": "EUR", "value": {"value": 30_000}}, ("", "", None)),
        ({"currency": "Euro", "value": {"value": 30_000, "unitText": "YEAR"}}, ("", "", None)),
        (30_000, ("", "", None)),
        ("negotiable", ("", "", None)),
        ([], ("", "", None)),
    ],
)
def test_pay_is_taken_where_it_is_whole(tmp_path: Path, acme: Company, salary: Any, kept: tuple[Any, ...]) -> None:
    bring(acme, write(tmp_path, "nurse.json", NURSE | {"baseSalary": salary}), "jsonld")
    job = Job.objects.get(company=acme)
    assert (job.salary_currency, job.salary_period, job.salary_min) == kept


def test_postings_are_found_wherever_a_page_keeps_them(tmp_path: Path) -> None:
    graph = {"@graph": [{"@type": "Organization"}, NURSE, {"itemListElement": [{"item": NURSE | {"identifier": "8"}}]}]}
    page = f"""<!doctype html><html><script>var a = 1;</script>
        <script type="application/ld+json">{json.dumps(graph)}</script>
        <SCRIPT TYPE='application/ld+json'>{{"broken": }}</SCRIPT></html>"""
    rows = list(read_rows(write(tmp_path, "page.html", page)))
    assert [(row.cells.get("id"), bool(row.fault)) for row in rows] == [("N-7", False), ("8", False), ("", True)]


@pytest.mark.parametrize(
    "text",
    ["[]", "{}", "null", "7", '"x"', "[" * 5000, '{"jobs": 1}', "<html></html>", '{"a": 1, "a": 2}', '{"@type": 3}'],
)
def test_a_document_without_postings_is_a_row_that_says_so(tmp_path: Path, text: str) -> None:
    (row,) = read_rows(write(tmp_path, "odd.json", text))
    assert row.fault


@pytest.mark.parametrize(("name", "content"), [("empty.json", b""), ("odd.html", b"<p>\xff</p>")])
def test_what_is_no_document_is_refused_whole(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableFile):
        list(read_rows(tmp_path / name))


@pytest.mark.parametrize(
    "change",
    [
        {"jobLocation": "Douala"},
        {"jobLocation": {"address": "Somewhere, Cameroon"}},
        {"jobLocation": [None, {"address": []}]},
        {"employmentType": {"a": 1}},
        {"hiringOrganization": ["Acme", 3]},
        {"identifier": [[]]},
        {"title": ["Nurse", {"name": "of care"}]},
        {"totalJobOpenings": "many"},
        {"description": {"@value": "x"}},
        {"datePosted": 7},
    ],
)
def test_odd_members_end_nothing(tmp_path: Path, acme: Company, change: dict[str, Any]) -> None:
    (row,) = bring(acme, write(tmp_path, "odd.json", NURSE | change), "jsonld").rows
    assert row.outcome in {"created", "rejected"}
    assert row.outcome == "created" or row.reason


def test_a_list_of_addresses_is_asked_one_by_one(tmp_path: Path, acme: Company, site: str) -> None:
    Page.pages = {
        "/nurse": (200, "text/html", f'<script type="application/ld+json">{json.dumps(NURSE)}</script>'.encode()),
        "/board": (200, "application/json", json.dumps({"jobs": BOARD["jobs"][:1]}).encode()),
        "/away": (302, "text/html", b""),
        "/big": (200, "application/json", b" " * (1024 * 1024 + 1)),
        "/none": (200, "text/html; charset=utf-8", b"<html></html>"),
    }
    paths = ("nurse", "away", "big", "none", "missing")
    addresses = [*(f"{site}/{path}" for path in paths), "http://127.0.0.1:1/", "ftp://example.com/", "nonsense"]
    report = bring(acme, write(tmp_path, "list.urls", "\n".join(["", *addresses])), "jsonld")
    assert len(report.rows) == 8
    assert outcomes(report)[0] == ("N-7", "created")
    reasons = {row.external_id.rpartition("/")[2] or row.external_id: row.reason for row in report.rows[1:]}
    for path, words in (
        ("away", "leads on to"),
        ("big", "too large"),
        ("none", "no posting in it"),
        ("missing", "answers 404"),
        ("nonsense", "no http or https address"),
    ):
        assert words in reasons[path]
    assert {row.outcome for row in report.rows[1:]} == {"rejected"}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]", "0x7f.1"])
def test_our_own_network_is_not_asked(tmp_path: Path, acme: Company, host: str) -> None:
    path = write(tmp_path, "list.urls", f"http://{host}:1/jobs")
    (row,) = bring(acme, path, "jsonld", only_public=True).rows
    assert row.outcome == "rejected"
    assert "not on the public network" in row.reason


def test_the_command_takes_a_board(tmp_path: Path, acme: Company, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "board.json", BOARD)
    call_command("import_jobs", str(path), "--company", "acme", "--map", "greenhouse", "--dry-run")
    said = capsys.readouterr().out
    assert "4 rows: 2 created, 0 updated, 0 unchanged, 0 duplicate, 2 rejected" in said
    assert not Job.objects.exists()

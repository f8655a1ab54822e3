from __future__ import annotations

import json
import logging
import re
import sys

import pytest
from django.core.exceptions import PermissionDenied
from django.core.handlers.exception import response_for_exception
from django.test import Client

from umemployed.api.document import PATH
from umemployed.api.errors import CATALOGUE
from umemployed.api.logs import NothingDue, OneLine

pytestmark = pytest.mark.django_db
PAGES = ["/", "/errors/", "/errors/not_found/", "/api/docs/", "/api/redoc/"]
HTML = {"Accept": "text/html,*/*"}


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_error_has_a_page_and_a_document(client, code):
    page = client.get(f"/errors/{code}/", headers=HTML)
    assert page.status_code == 200
    assert code in page.content.decode()
    document = client.get(f"/errors/{code}/", headers={"Accept": "application/json"}).json()
    assert document["cause"]
    assert document["cure"]
    assert document["example"]["type"].endswith(f"/errors/{code}/")


def test_an_unknown_error_is_404_as_a_page_for_a_browser_and_a_problem_for_a_program(client):
    page = client.get("/errors/nothing/", headers=HTML)
    assert (page.status_code, page["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert client.get("/errors/nothing/").json()["code"] == "not_found"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_asks_another_origin_or_runs_inline_script(client, path):
    answer = client.get(path, headers=HTML)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r'(?:src|href|url)="?(?:https?:)?//[^"]*', text) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)", text) == []
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    script_src = policy.partition("script-src")[2].partition(";")[0]
    assert script_src.strip() == "'self'"


@pytest.mark.parametrize("path", PAGES)
def test_every_file_that_a_page_names_is_there(client, path):
    for link in re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get(path, headers=HTML).content.decode()):
        answer = client.get(link)
        assert answer.status_code == 200, link
        answer.close()


def test_the_script_of_the_documentation_is_ours_too(client):
    answer = client.get("/api/docs/?script=")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/javascript")
    assert "https://" not in answer.content.decode()


def test_the_tour_shows_demo_logins_only_in_the_embedded_stack(client, settings, tmp_path):
    logins = [{"role": "candidate", "email": "demo@example.com", "password": "shown-on-purpose"}]
    (tmp_path / "demo.json").write_text(json.dumps(logins))
    settings.VAR_DIR = tmp_path
    assert "shown-on-purpose" not in client.get("/").content.decode()
    settings.ENVIRONMENT = "embedded"
    assert "shown-on-purpose" in client.get("/").content.decode()


def test_alive_asks_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "alive"}


def test_ready_says_what_it_looked_at(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert {name: check["ok"] for name, check in answer.json()["checks"].items()} == {
        "database": True,
        "migrations": True,
        "erasures": True,
        "redis": True,
    }


def test_not_ready_names_what_is_down(client, settings):
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["redis"]["reason"] == "ConnectionError"
    assert answer.json()["checks"]["database"]["ok"]


def test_the_schema_is_the_committed_document_and_is_never_made_in_a_request(client, monkeypatch):
    monkeypatch.setattr("drf_spectacular.generators.SchemaGenerator.get_schema", None)
    answer = client.get("/api/schema/")
    assert (answer.status_code, answer.content) == (200, PATH.read_bytes())
    assert "max-age" in answer["Cache-Control"]
    again = client.get("/api/schema/", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    as_json = client.get("/api/schema/", headers={"Accept": "application/json"})
    assert as_json["Content-Type"].startswith("application/json")
    assert as_json["ETag"] != answer["ETag"]
    assert as_json.json()["openapi"] == "3.1.0"
    assert client.get("/api/schema/?format=json").json() == as_json.json()


READABLE = [
    *PAGES,
    "/errors/x/",
    "/api/schema/",
    "/realtime/",
    "/realtime/asyncapi.yaml",
    "/healthz",
    "/readyz",
    "/metrics",
]


@pytest.mark.parametrize("path", READABLE)
@pytest.mark.parametrize("method", ["post", "delete"])
def test_a_page_that_is_only_read_answers_405_as_a_problem_with_allow(path, method):
    answer = getattr(Client(enforce_csrf_checks=True), method)(path)
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer.json()["code"] == "method_not_allowed"
    assert answer["Allow"] == "GET, HEAD"


def test_no_path_writes_a_line_of_its_own_into_the_log(client, caplog):
    with caplog.at_level(logging.INFO, "umemployed.requests"):
        client.get("/a%0Ab%0Dc%1Bd%C2%85e%00f")
    record = next(record for record in caplog.records if record.name == "umemployed.requests")
    line = OneLine("{message}", style="{").format(record)
    assert line.startswith("GET /a\\nb\\rc\\x1bd\\x85e\\x00f ")
    assert line.isprintable()


def test_a_trace_cannot_be_taken_for_a_record():
    try:
        raise ValueError("x\n2031-01-01 ERROR forged\x1b[0m")
    except ValueError:
        record = logging.LogRecord("a", logging.ERROR, "", 1, "failed", None, sys.exc_info())
    lines = OneLine("{message}", style="{").format(record).split("\n")
    assert lines[0] == "failed"
    assert all(line.startswith("  ") and line.isprintable() for line in lines[1:])


def test_what_is_refused_on_purpose_is_one_line_in_the_log(rf, caplog):
    with caplog.at_level(logging.WARNING, "django.request"):
        assert response_for_exception(rf.get("/admin/audit/add/"), PermissionDenied()).status_code == 403
    told = [record for record in caplog.records if record.name == "django.request"]
    assert [record.exc_info for record in told] == [None]


def test_the_clock_does_not_tell_each_task_that_falls_due():
    due = logging.LogRecord("celery.beat", logging.INFO, "", 1, "Scheduler: Sending due task %s (%s)", ("a", "b"), None)
    starting = logging.LogRecord("celery.beat", logging.INFO, "", 1, "beat: Starting...", (), None)
    late = logging.LogRecord("celery.beat", logging.WARNING, "", 1, "Scheduler: Sending due task late", (), None)
    assert [NothingDue().filter(record) for record in (due, starting, late)] == [False, True, True]

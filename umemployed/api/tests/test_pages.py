from __future__ import annotations

import json
import re

import pytest

from umemployed.api.errors import CATALOGUE

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

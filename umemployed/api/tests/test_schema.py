from __future__ import annotations

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema


@pytest.fixture(scope="module")
def document():
    """The document of the small API in urls.py."""
    return SchemaGenerator(urlconf="umemployed.api.tests.urls").get_schema(request=None, public=True)


def operation(document, method, path):
    return document["paths"][f"/api/v1/{path}"][method]


def names(document, found):
    return {item["name"] for item in parameters(document, found)}


def parameters(document, found):
    shared = document["components"]["parameters"]
    return [shared[item["$ref"].rpartition("/")[2]] if "$ref" in item else item for item in found["parameters"]]


def codes(document, found, status):
    response = document["components"]["responses"][found["responses"][status]["$ref"].rpartition("/")[2]]
    return set(response["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]["enum"])


def test_the_document_is_openapi_3_1_and_valid(document):
    assert document["openapi"] == "3.1.0"
    validate_schema(document)


def test_operation_ids_are_unique(document):
    found = [item["operationId"] for path in document["paths"].values() for item in path.values()]
    assert len(found) == len(set(found))
    assert "entries_refuse" in found


def test_a_list_documents_its_filters_its_page_and_its_shape(document):
    found = operation(document, "get", "entries/")
    assert {"action", "cursor", "page_size", "count", "ordering"} <= names(document, found)
    schema = found["responses"]["200"]["content"]["application/json"]["schema"]
    page = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    assert page["required"] == ["next", "previous", "results"]
    assert page["properties"]["results"]["type"] == "array"


def test_a_list_that_is_shown_whole_is_an_array_in_the_document_and_in_the_answer(document, client, settings):
    settings.ROOT_URLCONF = "umemployed.api.tests.urls"
    found = operation(document, "get", "words/")
    schema = found["responses"]["200"]["content"]["application/json"]["schema"]
    assert (schema["type"], set(schema["items"])) == ("array", {"$ref"})
    assert "Link" not in found["responses"]["200"]["headers"]
    assert [row["word"] for row in client.get("/api/v1/words/").json()] == ["one", "two"]


def test_any_json_or_null_is_described_so_that_null_fits(document):
    assert document["components"]["schemas"]["Word"]["properties"]["anything"] == {}


def test_filters_are_not_documented_on_one_object(document):
    assert "action" not in names(document, operation(document, "get", "entries/{public_id}/"))


def test_every_post_documents_its_idempotency(document):
    for path in document["paths"].values():
        if "post" in path:
            assert "Idempotency-Key" in names(document, path["post"])
            assert "idempotency_in_flight" in codes(document, path["post"], "409")
            assert "idempotency_key_reused" in codes(document, path["post"], "422")


def test_an_edit_of_a_versioned_object_demands_if_match(document):
    found = operation(document, "patch", "stone/")
    assert next(p for p in parameters(document, found) if p["name"] == "If-Match")["required"]
    assert {"412", "428"} <= found["responses"].keys()
    assert "ETag" in found["responses"]["200"]["headers"]


def test_an_action_documents_its_named_errors_and_reads_no_body_unless_it_says_so(document):
    found = operation(document, "post", "entries/{public_id}/refuse/")
    assert codes(document, found, "409") == {"conflict", "idempotency_in_flight"}
    assert "requestBody" not in found
    assert "404" in found["responses"]


def test_an_answer_without_content_is_documented_as_such(document):
    found = operation(document, "post", "entries/{public_id}/nothing/")
    assert "204" in found["responses"]
    assert "200" not in found["responses"]


def test_a_creation_reads_the_write_shape_and_answers_the_read_shape(document):
    found = operation(document, "post", "entries/")
    written = found["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    read = found["responses"]["201"]["content"]["application/json"]["schema"]["$ref"]
    assert (written.rpartition("/")[2], read.rpartition("/")[2]) == ("EntryWriteRequest", "Entry")

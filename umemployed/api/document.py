"""The OpenAPI document as committed: made from the code, in English, whatever the environment."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from umemployed.api.preconditions import tag_of

PATH = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"
YAML = "application/vnd.oai.openapi"
JSON = "application/vnd.oai.openapi+json"
# libyaml where PyYAML was built with it: a tenth of the time.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def committed(media_type: str) -> tuple[bytes, str]:
    """Return docs/openapi.yaml in this form, and its entity tag; read once, and turned into JSON once, a process."""
    body = PATH.read_bytes()
    if media_type == JSON:
        body = json.dumps(yaml.load(body, LOADER), ensure_ascii=False, separators=(",", ":")).encode()  # noqa: S506
    return body, tag_of(body)


def openapi_text() -> str:
    """Return docs/openapi.yaml as the code says it should be; about a second of work."""
    with translation.override("en"):
        schema = SchemaGenerator().get_schema(request=None, public=True)
        return OpenApiYamlRenderer().render(schema, renderer_context={}).decode()


def drift() -> list[str]:
    """Return the paths and components in which the committed document differs from the code."""
    made = yaml.safe_load(openapi_text())
    kept = yaml.safe_load(PATH.read_text()) if PATH.exists() else {}
    found = []
    for part in ("paths", "components"):
        old, new = kept.get(part, {}), made.get(part, {})
        if part == "components":
            old, new = ({f"{kind}/{n}": v for kind, of in x.items() for n, v in of.items()} for x in (old, new))
        found += [f"{part}: {name}" for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    return found or (["the document itself"] if made != kept else [])

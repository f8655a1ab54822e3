"""Requests as our WSGI door reads them: no header can break the reading of the rest."""

from __future__ import annotations

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.utils.http import parse_header_parameters

# What a media type that nobody can parse counts as: a body that no route reads (415), an open wish.
INSTEAD = {"CONTENT_TYPE": "application/octet-stream", "HTTP_ACCEPT": "*/*"}


def is_readable(header: str) -> bool:
    """Say whether every media type of the header can be parsed."""
    try:
        for token in header.split(","):
            parse_header_parameters(token)
        parse_header_parameters(header)
    except (ValueError, TypeError, LookupError):  # whatever the standard library makes of RFC 2231's marks
        return False
    return True


class PlainRequest(WSGIRequest):
    """A request in UTF-8, whatever ``charset`` claims.

    Django would let the client choose any of Python's codecs for the query string, and raises for those
    that are no text encodings, or for a malformed media type, where nobody catches it.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        for name, instead in INSTEAD.items():
            if not is_readable(environ.get(name, "")):
                environ[name] = instead
        super().__init__(environ)

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))

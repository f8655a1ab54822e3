"""Postings from a list of addresses: each page is asked once, on a leash, and only on the public network."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import requests

from jobs.importing.postings import rows_of_text
from jobs.importing.rows import Row
from umemployed.fetching import fetch, is_public

SECONDS = 10.0  # for one page
HEADERS = {"Accept": "application/ld+json, application/json, text/html"}


def rows_of_address(address: str, *, only_public: bool = True) -> Iterator[Row]:
    """Yield a page's postings; a page that cannot be had is a row that says why. Takes SECONDS at most."""
    try:
        text = page_of(address, only_public=only_public)
    except (ValueError, requests.RequestException) as error:
        reason = f"the page cannot be had: {reason_of(error)}"
        yield Row({"id": address, "url": address}, reason, "page_unavailable")
        return
    yield from rows_of_text(text, address)


def page_of(address: str, *, only_public: bool) -> str:
    """Return the page's text; our own network is nobody's to be asked about. Raises ValueError, RequestException."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it is no http or https address")
    deadline, allows = time.monotonic() + SECONDS, is_public if only_public else None
    answer = fetch("GET", address, deadline=deadline, seconds=SECONDS, allows=allows, headers=HEADERS)
    if answer.is_redirect:
        raise ValueError(f"it leads on to {answer.headers['Location'][:200]}; name that address")
    if answer.status_code != requests.codes.ok:
        raise ValueError(f"it answers {answer.status_code}")
    if "charset" not in answer.headers.get("Content-Type", "").lower():
        answer.encoding = "utf-8"
    return answer.text


def reason_of(error: Exception) -> str:
    """Say in a few words what went wrong, without what an exception of a library tells of its insides."""
    match error:
        case requests.Timeout():
            return "it took too long"
        case requests.exceptions.ContentDecodingError():
            return "it is too large, or its bytes are broken"
        case requests.RequestException():
            return "no connection"
    return str(error)

"""Postings from a list of addresses: each page is asked once, on a leash, and only on the public network."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import requests

from accounts.social.transport import fetch
from jobs.importing.postings import rows_of_text
from jobs.importing.rows import Row

SECONDS = 10.0  # for one page
HEADERS = {"Accept": "application/ld+json, application/json, text/html"}


def rows_of_addresses(addresses: Iterator[str], *, only_public: bool = True) -> Iterator[Row]:
    """Yield the postings of each page in turn; a page that cannot be had is a row that says why."""
    for address in addresses:
        try:
            check_address(address, only_public=only_public)
            text = page_of(address)
        except (ValueError, requests.RequestException) as error:
            yield Row({"id": address, "url": address}, f"the page cannot be had: {reason_of(error)}")
            continue
        yield from rows_of_text(text, address)


def check_address(address: str, *, only_public: bool) -> None:
    """Raise ValueError for what is no address of a public page: our own network is nobody's to be asked about."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it is no http or https address")
    if not only_public:
        return
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, proto=socket.IPPROTO_TCP)
    except OSError:
        raise ValueError("its host is not known") from None
    if not all(ipaddress.ip_address(entry[4][0]).is_global for entry in found):
        raise ValueError("its host is not on the public network")


def page_of(address: str) -> str:
    """Return the page's text. Raises ValueError and requests.RequestException."""
    answer = fetch("GET", address, deadline=time.monotonic() + SECONDS, seconds=SECONDS, headers=HEADERS)
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

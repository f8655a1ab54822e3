"""Requests to providers, on a leash: no redirects, a bound on bytes, and an end whatever the other side does."""

from __future__ import annotations

import io
import time
from typing import Any

import requests
import urllib3

LARGEST = 1024 * 1024  # bytes
PIECE = 64 * 1024


def fetch(method: str, url: str, *, deadline: float, seconds: float, **request: Any) -> requests.Response:
    """Send one request and return the answer, read whole.

    ``deadline`` is a moment of ``time.monotonic()``; ``seconds`` bounds each wait. A redirect is returned as
    it is, because a secret in the body must not travel on. Raises requests.RequestException.
    """
    left = min(seconds, deadline - time.monotonic())
    if left <= 0:
        raise requests.Timeout("The time for this provider is used up.")
    with requests.Session() as session:
        session.headers["User-Agent"] = "Umemployed"
        answer = session.request(method, url, timeout=left, stream=True, allow_redirects=False, **request)
        body = _read(answer, deadline)
    answer.raw = io.BytesIO(body)
    return answer


def _read(answer: requests.Response, deadline: float) -> bytes:
    """Read what comes, piece by piece as it comes, so that a trickle cannot hold us for longer than the deadline."""
    body = bytearray()
    try:
        while piece := answer.raw.read1(PIECE, decode_content=True):
            body += piece
            if len(body) > LARGEST:
                raise requests.exceptions.ContentDecodingError("The answer is too large.")
            if time.monotonic() > deadline:
                raise requests.Timeout("The answer trickles.")
    except requests.RequestException:
        raise  # our own; one of them is an error of urllib3's, too
    except urllib3.exceptions.TimeoutError as error:
        raise requests.Timeout from error
    except urllib3.exceptions.HTTPError as error:
        raise requests.ConnectionError from error
    finally:
        answer.close()
    return bytes(body)

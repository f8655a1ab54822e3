"""Requests to others, on a leash: no redirects, a bound on bytes, an end whatever the other side does.

Where others name the address (``allows``), the host is resolved once, when the connection is made; every address that
it has is judged, and the connection goes to one of those that were judged. A name that leads elsewhere a moment later
(DNS rebinding) leads nobody astray, and the certificate is still judged by the name.
"""

from __future__ import annotations

import io
import ipaddress
import socket
import time
from collections.abc import Callable
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import create_connection

LARGEST = 1024 * 1024  # bytes
PIECE = 64 * 1024
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last four bytes are an IPv4 address
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Judge = Callable[[Address], bool]


class NotAllowed(ValueError):
    """The host is unknown, or on a network that is not to be asked."""


def is_public(address: Address) -> bool:
    """Say whether the address is on the public network, also where IPv6 wraps one of IPv4 that is not."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = ipaddress.IPv4Address(address.packed[-4:])
        if address.teredo:
            inner = address.teredo[1]
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def fetch(
    method: str, url: str, *, deadline: float, seconds: float, allows: Judge | None = None, **request: Any
) -> requests.Response:
    """Send one request and return the answer, read whole.

    ``deadline`` is a moment of ``time.monotonic()``; ``seconds`` bounds each wait. A redirect is returned as
    it is, because a secret in the body must not travel on. With ``allows``, every address of the host has to pass,
    and no proxy is asked. Raises requests.RequestException and NotAllowed.
    """
    left = min(seconds, deadline - time.monotonic())
    if left <= 0:
        raise requests.Timeout("The time for this provider is used up.")
    with requests.Session() as session:
        session.headers["User-Agent"] = "Umemployed"
        if allows is not None:
            session.trust_env = False
            for scheme in ("http://", "https://"):
                session.mount(scheme, JudgingAdapter(allows))
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


# --- Judged connections --------------------------------------------------------------------------
def judged_addresses(host: str, port: int, allows: Judge) -> list[str]:
    """Resolve a host and return all its addresses, every one allowed; raises NotAllowed."""
    try:
        found = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        raise NotAllowed("its host is not known") from None
    addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
    if not addresses or not all(allows(ipaddress.ip_address(address)) for address in addresses):
        raise NotAllowed("its host is not on the public network")
    return addresses


class Judged(HTTPConnection):
    """A connection to an address that was judged. TLS still asks for and checks the host's name (``self.host``)."""

    allows: Judge

    def _new_conn(self) -> socket.socket:
        refused: OSError | None = None
        for address in judged_addresses(self.host, self.port, self.allows):
            try:
                return create_connection((address, self.port), self.timeout, socket_options=self.socket_options)
            except TimeoutError as error:
                raise urllib3.exceptions.ConnectTimeoutError(self, "The connection took too long.") from error
            except OSError as error:
                refused = error
        raise urllib3.exceptions.NewConnectionError(self, f"No connection: {refused}")


class JudgedSecure(Judged, HTTPSConnection):
    """The same with TLS around it."""


class JudgingAdapter(HTTPAdapter):
    """Makes connections that are judged by ``allows``."""

    def __init__(self, allows: Judge) -> None:
        self.allows = allows
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Give the pools of both schemes connections that know the judge."""
        super().init_poolmanager(*args, **kwargs)
        own = {"allows": staticmethod(self.allows)}
        plain, secure = type("Plain", (Judged,), own), type("Secure", (JudgedSecure,), own)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }

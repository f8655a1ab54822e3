"""What the current request is called, wherever in the call stack one asks."""

from contextvars import ContextVar

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """Return the id of the request (or task) that runs now, or ''."""
    return _request_id.get()


def set_request_id(value: str) -> None:
    """Name the request that runs now."""
    _request_id.set(value)


_address: ContextVar[str | None] = ContextVar("address", default=None)


def current_address() -> str | None:
    """Return the trusted client address of the request that runs now, or None."""
    return _address.get()


def set_address(value: str | None) -> None:
    """Remember the trusted client address of the request that runs now."""
    _address.set(value)

"""The web processes that the tests of the board socket talk to."""

from applications.board import consumers  # noqa: F401 - its commands enter the catalogue
from umemployed.realtime.tests.fixtures import closed_clients, redis_server, web, webs

__all__ = ["closed_clients", "redis_server", "web", "webs"]

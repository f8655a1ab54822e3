"""What every test of the sockets uses."""

from umemployed.realtime.tests.fixtures import closed_clients, redis_server, session, web, webs

__all__ = ["closed_clients", "redis_server", "session", "web", "webs"]

"""``manage.py run_relay``: the process that tells each fact to its handlers."""

from __future__ import annotations

import logging
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from umemployed.events.bell import BellListener
from umemployed.events.relay import Relay

logger = logging.getLogger(__name__)
POLL_SECONDS = 1.0


class Command(BaseCommand):
    help = "Deliver events to their handlers as they are committed. Run one or more; SIGTERM ends it cleanly."

    def handle(self, *args: Any, **options: Any) -> None:
        relay, bell = Relay(), BellListener()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: relay.stop())
        told = False
        while not relay.stopping.is_set():
            try:
                relay.drain()
            except DatabaseError:
                logger.warning("The database is away; trying again.", exc_info=True)
                connection.close()
                time.sleep(POLL_SECONDS)
                continue
            bell.wait(POLL_SECONDS)
            if not told:
                logger.info("The relay is up.")  # the database has answered, and the bell is heard if Redis lives
                told = True
        bell.close()
        logger.info("The relay has stopped; nothing is left half done.")

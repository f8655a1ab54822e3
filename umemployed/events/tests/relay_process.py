"""A relay of its own process, with the tests' listeners: ``python -m umemployed.events.tests.relay_process``."""

import logging
import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "umemployed.settings")
    django.setup()
    logging.disable(logging.WARNING)

    from django.core.management import call_command

    from umemployed.events import relay
    from umemployed.events.tests import subscribers  # noqa: F401

    relay.LEASE_SECONDS = float(os.environ.get("TEST_LEASE_SECONDS", "0.5"))
    relay.BACKOFF_SECONDS = 0.05
    call_command("run_relay")

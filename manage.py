#!/usr/bin/env python3
"""Django's command line for the platform."""

import os
import sys

# What changes tables connects as their owner (MIGRATION_DATABASE_URL, where there is one), all else as the program.
OWNERS_COMMANDS = {"migrate", "flush"}


def main() -> None:
    """Run a management command."""
    if OWNERS_COMMANDS & set(sys.argv[1:2]):
        os.environ["UMEMPLOYED_AS_OWNER"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "umemployed.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

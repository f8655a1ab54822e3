"""Over how many processes a test run is spread. Standard library only, as all that runs before the packages."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from umemployed.embedded.trouble import Trouble

# More processes than this cost more in databases and start-up than they save.
MOST = 4
# Options that ask for a part of the tests, for their order or for a terminal: one process does what they say.
ALONE = {"-k", "-m", "-x", "-s", "--exitfirst", "--lf", "--last-failed", "--ff", "--failed-first", "--sw", "--stepwise"}
ALONE |= {"--pdb", "--trace", "--capture=no", "--co", "--collect-only", "--fixtures", "--markers", "--version", "-h"}
ALONE |= {"--help", "--setup-only", "--setup-plan", "--setup-show"}


def spread(arguments: list[str], root: Path) -> tuple[int, list[str]]:
    """Return the number of processes (0: pytest itself runs the tests) and the arguments that remain for pytest.

    The whole suite takes a process for each core, MOST at most. What names a part of it, or wants a terminal, is
    run in one process, as it stands; so is everything on a Redis that was given. ``-n N`` comes before all this;
    ``-n auto`` takes the cores.
    """
    parser = argparse.ArgumentParser(prog="./dev test", add_help=False, allow_abbrev=False)
    parser.add_argument("-n", "--numprocesses")
    wanted, rest = parser.parse_known_args(arguments)
    if wanted.numprocesses is None:
        alone = names_a_part(rest, root) or cores() == 1 or os.environ.get("REDIS_URL")
        return (0 if alone else min(cores(), MOST)), rest
    if wanted.numprocesses in {"auto", "logical"}:
        return cores(), rest
    try:
        return max(int(wanted.numprocesses), 0), rest
    except ValueError:
        raise Trouble(f"-n {wanted.numprocesses} is not a number of processes.", "./dev test -n 2, or -n 0") from None


def names_a_part(arguments: list[str], root: Path) -> bool:
    """Say whether the arguments choose tests, by a path or by an option, or need the terminal."""
    for argument in arguments:
        if argument.partition("=")[0] in ALONE or argument in ALONE:
            return True
        if not argument.startswith("-") and (root / argument.partition("::")[0]).exists():
            return True
    return False


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def options(processes: int) -> list[str]:
    """Return pytest's options for that many processes.

    Each has servers and a database of its own, so no test has to keep away from another, and whoever is idle takes
    over the rest of the busiest; until then neighbours stay together, and with them what a module sets up once. A
    process that dies is a failure and is not replaced: its successor would have no Redis.
    """
    return ["-n", str(processes), "--dist", "worksteal", "--max-worker-restart", "0"] if processes else []

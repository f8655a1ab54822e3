"""The verbs of ``./dev``. Standard library only: this runs before any package is installed."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from umemployed.embedded import house, keys, process, spread, stores, venv
from umemployed.embedded.home import Home
from umemployed.embedded.trouble import Trouble

BEGUN = time.monotonic()
# Suites that are too heavy, or too special, for every run: verb → (what it does, pytest's arguments).
SUITES = {
    "races": ("only the tests that race threads or processes", ["-m", "race"]),
    "attacks": ("two real web processes attacked from outside, and killed", ["-m", "attack"]),
    "house": ("this stack itself, on clean clones and with processes killed", ["-m", "house"]),
    "faults": ("workers killed and servers stopped in the middle of work", ["-m", "fault"]),
    "chaos": ("200 clients that drop at random, 10,000 messages, web processes killed 30 times", ["-m", "chaos", "-s"]),
    "fuzz": ("the OpenAPI document, property-based", ["-m", "fuzz"]),
    "client": ("the TypeScript client, in Node and in Chromium (needs Node.js 20)", ["-m", "client"]),
    "storage": ("files in Azurite, a server of the Azure Blob protocol (needs Node.js 20)", ["-m", "storage"]),
    "tour": ("the whole story of one application, over HTTP and sockets only", ["-m", "tour"]),
}


def run(home: Home, arguments: list[str]) -> int:
    """Run the platform: stores, mail catcher, web, relay, workers, beat."""
    parser = argparse.ArgumentParser(prog="./dev run", description=run.__doc__)
    parser.add_argument("--port", type=int, default=house.WEB_PORT, help="of the web server; 0 takes any")
    parser.add_argument("--mail-port", type=int, default=house.MAIL_PORT, help="of the mail catcher, if it is free")
    wanted = parser.parse_args(arguments)
    return house.run(home, venv.interpreter(home), port=wanted.port, mail_port=wanted.mail_port, begun=BEGUN)


def test(home: Home, arguments: list[str]) -> int:
    """Run the tests on throw-away servers, spread over the cores unless a part is named; arguments go to pytest."""
    python = venv.interpreter(home)
    processes, rest = spread.spread(arguments, home.root)
    with stores.throwaway(home, python, processes=processes) as addresses:
        command = [python, "-m", "pytest", *spread.options(processes), *rest]
        return process.foreground(command, house.test_environment(addresses), home.root)


def manage(home: Home, arguments: list[str]) -> int:
    """Run a management command on the development data, running or not."""
    python = venv.interpreter(home)
    with house.development(home, python) as env:
        return process.foreground([python, str(home.root / "manage.py"), *arguments], env, Path.cwd())


def doctor(home: Home, arguments: list[str]) -> int:
    """Look for everything that may be wrong, and name the cure."""
    from umemployed.embedded import doctor as room

    argparse.ArgumentParser(prog="./dev doctor", description=doctor.__doc__).parse_args(arguments)
    return room.examine(home)


def reset(home: Home, arguments: list[str]) -> int:
    """Delete the development data."""
    parser = argparse.ArgumentParser(prog="./dev reset", description=reset.__doc__)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return house.reset(home, sure=parser.parse_args(arguments).yes)


def lock(home: Home, arguments: list[str]) -> int:
    """Compile requirements*.txt anew from requirements*.in."""
    argparse.ArgumentParser(prog="./dev lock", description=lock.__doc__).parse_args(arguments)
    venv.compile_locks(home)
    return 0


def lint(home: Home, arguments: list[str]) -> int:
    """Check style and format with ruff; --fix mends what it can."""
    python = venv.interpreter(home)
    fix = arguments == ["--fix"]
    checks = [["check", *(["--fix"] if fix else arguments)], ["format", *([] if fix else ["--check"])]]
    codes = [process.foreground([python, "-m", "ruff", *words], os.environ, home.root) for words in checks]
    return max(codes)


def types(home: Home, arguments: list[str]) -> int:
    """Check types with mypy."""
    python = venv.interpreter(home)
    addresses = {"DATABASE_URL": "postgres:///unused", "REDIS_URL": "redis://unused"}
    command = [python, "-m", "mypy", *(arguments or ["."])]
    return process.foreground(command, house.test_environment(addresses), home.root)


def bench(home: Home, arguments: list[str]) -> int:
    """Run the benchmark NAME on servers of its own, which write to disk as in production; it owns the tables."""
    names = sorted(path.stem for path in (home.root / "bench").glob("[a-z]*.py"))
    if not arguments or arguments[0] not in names:
        raise Trouble(
            f"Which benchmark? There are: {', '.join(names) or 'none yet'}.", "./dev bench NAME [its arguments]"
        )
    python = venv.interpreter(home)
    own = stores.servers(home, "bench", python)
    with stores.running(own, home.var / "log" / "bench.log") as addresses:
        owner = {"DATABASE_URL": addresses.get(stores.OWNERS_VARIABLE, addresses["DATABASE_URL"])}
        if any(server.name == "postgres" for server in own):
            owner["BENCH_OWNS_DATABASE"] = "1"  # and may drop what is in it
        env = house.environment(home, addresses | owner, port=house.WEB_PORT, mail_port=house.MAIL_PORT)
        return process.foreground([python, "-m", f"bench.{arguments[0]}", *arguments[1:]], env, home.root)


def env(home: Home, arguments: list[str]) -> int:
    """Write .env for a deployment from .env.example, with fresh secrets."""
    argparse.ArgumentParser(prog="./dev env", description=env.__doc__).parse_args(arguments)
    made = keys.write_env(home.root / ".env.example", home.root / ".env")
    print(f".env is written, with fresh {', '.join(made)}. Only you can read it. Fill in the rest.")
    return 0


VERBS: dict[str, Callable[[Home, list[str]], int]] = {
    verb.__name__: verb for verb in (run, test, manage, doctor, reset, lock, lint, types, bench, env)
}


def suite(name: str) -> Callable[[Home, list[str]], int]:
    """Return the verb that runs one of the heavier suites."""
    return lambda home, arguments: test(home, [*SUITES[name][1], *arguments])


def usage() -> str:
    """Return the list of verbs."""
    told = {name: (verb.__doc__ or "").split("\n")[0] for name, verb in VERBS.items()}
    told |= {name: f"Tests: {what}." for name, (what, _) in SUITES.items()}
    return "\n".join(["usage: ./dev VERB [arguments]", "", *(f"  {name:<8} {text}" for name, text in told.items())])


def main(arguments: list[str]) -> int:
    """Run one verb; trouble is told in two lines and exit code 1, without a traceback."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0
    verb = VERBS.get(arguments[0]) or (suite(arguments[0]) if arguments[0] in SUITES else None)
    if verb is None:
        print(f"dev: there is no verb {arguments[0]!r}.\n\n{usage()}", file=sys.stderr)
        return 2
    try:
        return verb(Home.here(), arguments[1:])
    except Trouble as trouble:
        print(f"dev: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130

"""What `./dev run` runs, in which order, and with which environment."""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from umemployed.embedded import process, stores
from umemployed.embedded.home import Home, Lock
from umemployed.embedded.keys import NAMES, embedded_keys
from umemployed.embedded.supervisor import (
    FIRST_PROGRAM,
    Child,
    Stopped,
    Supervisor,
    answers,
    commands_of,
    ended,
    listens,
    program,
    said,
    store,
)
from umemployed.embedded.trouble import Trouble

WEB_PORT = 8000
MAIL_PORT = 1025
MAIL, WEB, WORKERS, BEAT = FIRST_PROGRAM, 20, 30, 40
# In a new house one program reads every module while PostgreSQL makes its cluster; the rest then find them compiled.
LOAD = (
    "import umemployed.asgi, umemployed.celery, celery.bin.celery, celery.apps.beat, celery.apps.worker, uvicorn.main"
)
SCHEMA_IS_MADE = "The schema is made"
SEED = ("seed_demo", "--seed", "7", "--size", "small")


def callers_environment() -> dict[str, str]:
    """Return the caller's environment, but let Python keep what it compiles.

    Where the caller forbids that, each of our programs compiles every module again: three seconds of a core each.
    """
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def environment(home: Home, addresses: dict[str, str], *, port: int, mail_port: int) -> dict[str, str]:
    """Return the environment of an embedded program: ours over the caller's, the secrets from ``var/keys.json``."""
    return {
        **callers_environment(),
        **embedded_keys(home),
        **addresses,
        "UMEMPLOYED_ENV": "embedded",
        "UMEMPLOYED_VAR": str(home.var),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_port),
        "PYTHONUNBUFFERED": "1",
    }


def test_environment(addresses: dict[str, str]) -> dict[str, str]:
    """Return the environment of a test run: no setting of the caller's shell leaks into it but the addresses."""
    ours = {name: secrets.token_urlsafe(48) for name in NAMES}
    callers = {name: value for name, value in callers_environment().items() if name not in stores.ADDRESSES}
    plugin = {"PYTEST_PLUGINS": "umemployed.tests.own_redis"}
    return {**callers, **ours, **addresses, **plugin, "UMEMPLOYED_ENV": "test"}


def is_free(port: int) -> bool:
    """Say whether nobody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(wanted: int) -> int:
    """Return the port wanted if it is free, else one that is. 0 wants any."""
    if wanted and is_free(wanted):
        return wanted
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def web_port(wanted: int) -> int:
    """Return the port for the web server; raise Trouble where somebody else listens on it."""
    if wanted and not is_free(wanted):
        raise Trouble(f"Port {wanted} is taken by another program.", "./dev run --port 8001, or end the other program")
    return wanted or free_port(0)


def manage(python: str, *words: str) -> list[str]:
    """Return the command line of a management command."""
    return [python, "manage.py", *words]


def run(home: Home, python: str, *, port: int, mail_port: int, begun: float) -> int:
    """Run the house until Ctrl-C (returns 0), or until something in it dies (raises Trouble).

    ``begun`` is when ``./dev`` itself began, on the monotonic clock: the READY line counts from there.
    """
    lock = home.run_lock()
    if not lock.take():
        raise home.refuse_second(lock)
    port = web_port(port)
    os.chdir(home.root)
    keeper = Supervisor()
    with keeper.signals():
        try:
            raise_house(home, python, keeper, port, free_port(mail_port))
            keeper.say(ready_line(home, port, time.monotonic() - begun))
            keeper.watch()
        except Stopped:
            pass
        finally:
            home.state_file.unlink(missing_ok=True)
            keeper.say("stopping")
            keeper.stop()
            lock.release()
    keeper.say("stopped")
    return 0


def raise_house(home: Home, python: str, keeper: Supervisor, port: int, mail_port: int) -> None:
    """Start everything in order: stores, schema, demo data, programs."""
    own = stores.servers(home, "dev", python)
    env = environment(home, stores.addresses(own), port=port, mail_port=mail_port)
    mail = [python, "-m", "umemployed.embedded.mailbox", "--port", str(mail_port), "--folder", str(home.var / "mail")]
    first = [program("load", MAIL, [python, "-c", LOAD], env, ended, once=True)] if is_new(home, own) else []
    keeper.start(
        *(store(server, rank) for rank, server in enumerate(own)),
        program("mail", MAIL, mail, env, listens(mail_port)),
        *first,
    )
    write_state(home, env)
    children = programs(home, python, env, port)
    if not is_new(home, own):
        keeper.start(
            program("migrate", MAIL, manage(python, "migrate", "--noinput", "-v", "0"), env, ended, once=True),
            grace=300,
        )
        keeper.start(*children)
        return
    # Nothing is queued in a new house, so what only answers can load itself while the schema is made, and
    # what asks the database by itself while the demo data are, which are one transaction.
    early = [child for child in children if child.name in {"web", "critical", "worker"}]
    as_owner = {**env, "UMEMPLOYED_AS_OWNER": "1"}
    demo = program("demo", MAIL, manage(python, *SEED, "--migrate"), as_owner, said(SCHEMA_IS_MADE), once=True)
    keeper.start(demo, *early, grace=300)
    demo.ready = ended
    keeper.start(*(child for child in children if child not in early), grace=300)
    keeper.await_ready(demo, grace=300)
    (home.data / "postgres.seeded").touch()


def is_new(home: Home, own: list[stores.Server]) -> bool:
    """Say whether demo data is due: only ever in a database of our own, and only once."""
    ours = any(server.name == "postgres" for server in own)
    return ours and SEED[0] in commands_of(home.root) and not (home.data / "postgres.seeded").exists()


def programs(home: Home, python: str, env: dict[str, str], port: int) -> list[Child]:
    """Return the platform's own programs."""
    web = [python, "-m", "uvicorn", "umemployed.asgi:application", "--host", "127.0.0.1", "--port", str(port)]
    web += ["--ws", "umemployed.realtime.wire:Protocol", "--ws-per-message-deflate", "false", "--lifespan", "off"]
    # Above our own limit of 64 KiB, which answers with its own close code.
    web += ["--ws-max-size", "262144", "--timeout-graceful-shutdown", "2"]
    web += ["--no-access-log"]  # ours tells the path, and not the query
    web += ["--no-proxy-headers"]  # else uvicorn believes whatever address a client on this machine claims to have
    celery = [python, "-m", "celery", "--quiet", "-A", "umemployed.celery"]
    worker = [*celery, "worker", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    schedule = home.var / "beat" / "schedule"
    schedule.parent.mkdir(exist_ok=True)
    ready = said(r"@\S+ ready\.")
    children = [
        program("web", WEB, web, env, answers(port, "/healthz")),
        program("critical", WORKERS, [*worker, "-Q", "critical", "-c", "1", "-n", "critical@%h"], env, ready),
        program("worker", WORKERS, [*worker, "-Q", "default,bulk", "-c", "2", "-n", "default@%h"], env, ready),
        program("beat", BEAT, [*celery, "beat", "--loglevel", "INFO", "-s", str(schedule)], env, said("Starting")),
    ]
    if "run_relay" in commands_of(home.root):
        children.append(program("relay", WORKERS, manage(python, "run_relay"), env, said("The relay is up")))
    return children


def ready_line(home: Home, port: int, seconds: float) -> str:
    """Say where everything is, and as whom to log in."""
    url = f"http://127.0.0.1:{port}"
    logins = ", ".join(f"{row['role']} {row['email']} / {row['password']}" for row in demo_logins(home))
    return (
        f"READY in {seconds:.1f} s: {url}/ · API {url}/api/docs/ · admin {url}/admin/ · mail {home.var / 'mail'}"
        f" · logins: {logins or 'none yet (./dev manage createsuperuser)'} · Ctrl-C ends all"
    )


def demo_logins(home: Home) -> list[dict[str, str]]:
    """Return the demo logins that ``seed_demo`` wrote: role, email, password."""
    try:
        return list(json.loads((home.var / "demo.json").read_text()))
    except FileNotFoundError:
        return []


SHARED = (*stores.ADDRESSES, "PUBLIC_URL", "EMAIL_PORT")


def write_state(home: Home, env: dict[str, str]) -> None:
    """Tell other terminals how to reach the running house."""
    draft = home.state_file.with_suffix(".part")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({"pid": os.getpid(), **{name: env[name] for name in SHARED if name in env}}))
    draft.rename(home.state_file)


def read_state(home: Home) -> dict[str, str] | None:
    """Return how to reach the running house; None while there is none or it is still starting."""
    try:
        return {name: str(value) for name, value in json.loads(home.state_file.read_text()).items()}
    except (FileNotFoundError, ValueError):
        return None


@contextmanager
def development(home: Home, python: str) -> Iterator[dict[str, str]]:
    """Yield the environment of the development data: the running house's, or of stores started for this block."""
    lock = home.run_lock()
    if not lock.take():
        if not process.wait_until(lambda: read_state(home) is not None, stores.START_GRACE):
            raise home.refuse_second(lock)
        state = read_state(home) or {}
        port, mail_port = state["PUBLIC_URL"].rpartition(":")[2], state["EMAIL_PORT"]
        shared = {name: state[name] for name in stores.ADDRESSES if name in state}
        yield environment(home, shared, port=int(port), mail_port=int(mail_port))
        return
    try:
        with stores.running(stores.servers(home, "dev", python), home.var / "log" / "stores.log") as addresses:
            env = environment(home, addresses, port=WEB_PORT, mail_port=MAIL_PORT)
            write_state(home, env)
            yield env
    finally:
        home.state_file.unlink(missing_ok=True)
        lock.release()


def await_idle(home: Home) -> None:
    """Wait for servers that are just ending; raise Trouble for one that goes on using its data."""
    for path in sorted(home.data.glob("*.lock")):
        held = Lock(path)
        if not process.wait_until(held.take, stores.STOP_GRACE):
            raise Trouble(f"Process {held.holder()} still uses {path.with_suffix('')}.", f"kill {held.holder()}")
        held.release()


def confirmed() -> bool:
    """Ask, and take anything but a clear yes, silence included, for a no."""
    try:
        return input("Type yes to delete it: ").strip() == "yes"
    except EOFError:
        return False


def reset(home: Home, *, sure: bool) -> int:
    """Delete the development data after asking."""
    lock = home.run_lock()
    if not lock.take():
        raise home.refuse_second(lock)
    contents = home.contents()
    if not contents:
        print("There is no data.")
        return 0
    print("This deletes:", *(f"  {path}" for path in contents), sep="\n")
    if not sure and not confirmed():
        print("Nothing was deleted.")
        return 1
    await_idle(home)
    home.forget()
    lock.release()
    print("Deleted. ./dev run begins anew.")
    return 0

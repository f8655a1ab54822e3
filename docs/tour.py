#!/usr/bin/env python3
"""A tour of Umemployed: one application from posting to chat, by HTTP and WebSocket clients only.

Start the platform with ``./dev run``, then walk through it::

    .venv/bin/python docs/tour.py

or read this file from top to bottom: every chapter is one function, and every call in it is one that a
frontend makes. It needs the running platform's address, the folder in which its mail catcher keeps mails,
and a way to import postings as an operator does (``./dev manage import_jobs``).
"""

from __future__ import annotations

import argparse
import contextlib
import email
import email.policy
import json
import re
import secrets
import subprocess
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

HERE = Path(__file__).resolve().parent
PASSWORD = "a quiet river at dawn"  # noqa: S105 - of the tour's own people


def say(text: str) -> None:
    """Tell the traveller what happens."""
    print(text, flush=True)  # noqa: T201 - the tour is told on the terminal


class TourError(AssertionError):
    """The platform did not do what the tour promises."""


def check(fact: bool, promise: str, seen: Any = "") -> None:
    """Print a promise that holds; raise TourError when it does not."""
    if not fact:
        raise TourError(f"{promise} — seen: {seen!r}")
    say(f"   ok  {promise}")


@dataclass
class Place:
    """Where the platform is."""

    base: str
    mail: Path
    manage: list[str]
    run: str = field(default_factory=lambda: secrets.token_hex(4))
    environment: dict[str, str] | None = None

    def address(self, name: str) -> str:
        """Return an address that no earlier tour has used."""
        return f"{name}.{self.run}@tour.example"

    def wait_for_mail(self, address: str, words: str, *, seconds: float = 15) -> str:
        """Return the text of the first mail to an address whose subject or text has the words."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for text in self.mails(address):
                if words.lower() in text.lower():
                    return text
            time.sleep(0.1)
        raise TourError(f"no mail to {address} says {words!r} within {seconds} s")

    def mails(self, address: str) -> list[str]:
        """Return subject and text of each mail that was delivered to an address, oldest first."""
        found = []
        for path in sorted(self.mail.glob("*.eml")):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if address in str(message["To"]):
                body = message.get_body(("plain",))
                found.append(f"{message['Subject']}\n{body.get_content() if body else ''}")
        return found


class Person:
    """Somebody with a browser: REST with a bearer token, and sockets with tickets."""

    def __init__(self, place: Place, name: str) -> None:
        self.place = place
        self.name = name
        self.email = place.address(name.split()[0].lower())
        self.http = httpx.Client(base_url=f"{place.base}/api/v1", timeout=20)

    def call(self, method: str, path: str, expect: int | tuple[int, ...] = 200, **kwargs: Any) -> httpx.Response:
        """Make a request; raise TourError for any status but the expected."""
        answer = self.http.request(method, path, **kwargs)
        expected = (expect,) if isinstance(expect, int) else expect
        if answer.status_code not in expected:
            raise TourError(f"{method} {path} answered {answer.status_code}: {answer.text[:500]}")
        return answer

    def get(self, path: str, **query: Any) -> Any:
        """GET and return the body."""
        return self.call("GET", path, params=query).json()

    def post(self, path: str, body: Any = None, expect: int | tuple[int, ...] = (200, 201, 202, 204)) -> Any:
        """POST under a key of its own and return the body."""
        headers = {"Idempotency-Key": secrets.token_hex(16)}
        answer = self.call("POST", path, expect, json={} if body is None else body, headers=headers)
        return answer.json() if answer.content else None

    def act(self, action: dict[str, Any], **arguments: Any) -> Any:
        """Do what the server offered in ``actions``."""
        path = urlsplit(action["url"]).path.removeprefix("/api/v1")
        return self.call(action["method"], path, (200, 201), json=arguments).json()

    def sign_up(self) -> None:
        """Register, prove the address with the mailed link, sign in."""
        self.post("/auth/register/", {"email": self.email, "password": PASSWORD, "full_name": self.name})
        mail = self.place.wait_for_mail(self.email, "token=")
        link = re.search(r"token=([\w-]+)", mail)
        check(link is not None, f"{self.name} finds the link in the mail")
        self.post("/auth/verify-email/", {"token": link[1] if link else ""})
        pair = self.post("/auth/login/", {"email": self.email, "password": PASSWORD})
        self.http.headers["Authorization"] = f"Bearer {pair['access']}"

    def leave(self) -> None:
        """Close the browser."""
        self.http.close()

    def socket(self, path: str) -> Socket:
        """Open a socket with a fresh ticket."""
        ticket = self.post("/realtime/tickets/")["ticket"]
        return Socket(self.place, path, ticket)


class Socket:
    """A client of one socket: it remembers the last number that it saw."""

    def __init__(self, place: Place, path: str, ticket: str) -> None:
        url = f"{place.base.replace('http', 'ws', 1)}{path}"
        words = [Subprotocol("umemployed.v1"), Subprotocol(f"ticket.{ticket}")]
        self.line = contextlib.ExitStack()
        self.wire: ClientConnection = self.line.enter_context(
            connect(url, origin=Origin(place.base), subprotocols=words, compression=None)
        )
        self.commands = 0
        hello = self.receive()
        check(hello["type"] == "hello", f"{path} says hello", hello)
        self.seq = int(hello["data"]["seq"])
        self.events: list[dict[str, Any]] = []

    def receive(self, seconds: float = 10) -> dict[str, Any]:
        """Return the next frame, whatever it is."""
        frame: dict[str, Any] = json.loads(self.wire.recv(timeout=seconds))
        return frame

    def keep(self, frame: dict[str, Any]) -> None:
        """Remember a numbered event; raise TourError when it is doubled or out of order."""
        if "seq" not in frame:
            return
        if frame["seq"] != self.seq + 1:
            raise TourError(f"frame {frame['seq']} came after {self.seq}")
        self.seq = frame["seq"]
        self.events.append(frame)

    def command(self, type: str, **data: Any) -> dict[str, Any]:
        """Send a command and return the reply's data, keeping events that arrive in between."""
        self.commands += 1
        self.wire.send(json.dumps({"id": self.commands, "type": type, "data": data}))
        while True:
            frame = self.receive()
            if frame.get("re") == self.commands:
                if not frame["ok"]:
                    raise TourError(f"{type} was refused: {frame['problem']}")
                reply: dict[str, Any] = frame["data"]
                return reply
            self.keep(frame)

    def wait_for(self, type: str, seconds: float = 10, **having: Any) -> dict[str, Any]:
        """Return the first event of a type (with these members in its data), in order of arrival."""
        deadline = time.monotonic() + seconds
        while True:
            for event in self.events:
                if event["type"] == type and having.items() <= event["data"].items():
                    self.events.remove(event)
                    return event
            self.keep(self.receive(max(0.01, deadline - time.monotonic())))

    def close(self) -> None:
        """Hang up."""
        self.line.close()


# --- The chapters --------------------------------------------------------------------------------


def people_sign_up(place: Place) -> tuple[Person, Person, Person]:
    """A candidate and two recruiters prove their addresses."""
    say("1. Three people sign up and prove their addresses by mail.")
    alice, bob, carol = Person(place, "Alice Ndongo"), Person(place, "Bob Fotso"), Person(place, "Carol Mbarga")
    for person in (alice, bob, carol):
        person.sign_up()
    return alice, bob, carol


def recruiters_found_companies(bob: Person, carol: Person) -> tuple[str, str]:
    """Each recruiter owns a company; owning is a row, not a flag."""
    say("2. Bob and Carol found a company each.")
    slugs = []
    for person, name in ((bob, "Acme"), (carol, "Globex")):
        slug = f"{name.lower()}-{person.place.run}"
        person.post("/companies/", {"name": f"{name} {person.place.run}", "slug": slug})
        slugs.append(slug)
    check("recruiter" in bob.get("/me/")["homes"], "Bob's account now shows the recruiters' home")
    return slugs[0], slugs[1]


def operator_imports(place: Place, slug: str, file: Path, mapping: str) -> None:
    """The operator imports postings from a file, first dry."""
    say(f"3. The operator imports {file.name} for {slug}, first dry.")
    command = [*place.manage, "import_jobs", str(file), "--company", slug, "--map", mapping]
    for extra in (["--dry-run"], ["--publish", "--no-quota"]):
        words = [*command, *extra]
        result = subprocess.run(words, env=place.environment, capture_output=True, text=True, check=False)  # noqa: S603
        check(result.returncode == 0, f"import_jobs {' '.join(extra)} ends well", result.stderr[-800:])
        say("\n".join(f"       {line}" for line in result.stdout.strip().splitlines()[-8:]))


def alice_makes_a_resume(alice: Person, document: Path) -> str:
    """Alice brings her JSON Resume and publishes it."""
    say("4. Alice imports her JSON Resume and publishes it.")
    resume = alice.post("/resumes/import/", json.loads(document.read_text()))
    answer = alice.call("GET", f"/resumes/{resume['id']}/")
    check(answer.json()["missing"] == [], "nothing is missing for publishing", answer.json()["missing"])
    published = alice.call(
        "POST", f"/resumes/{resume['id']}/publish/", headers={"If-Match": answer.headers["ETag"]}, json={}
    )
    check(published.json()["status"] == "published", "the résumé is published")
    return str(resume["id"])


def alice_searches(alice: Person, slug: str, words: str) -> dict[str, Any]:
    """Alice searches with words, filters and facets."""
    say(f"5. Alice searches for {words!r} and narrows by facets.")
    page = alice.get("/jobs/", q=words, company=slug, facets="employment_type,work_mode", count="true")
    check(bool(page["results"]), f"{page['count']} postings match", page)
    values = page["facets"]["employment_type"]["values"]
    for value in values:
        narrowed = alice.get("/jobs/", q=words, company=slug, employment_type=value["value"], count="true")
        check(narrowed["count"] == value["count"], f"facet {value['value']}: {value['count']} = the filtered count")
    job: dict[str, Any] = alice.get(f"/jobs/{page['results'][0]['id']}/")
    return job


def alice_applies(alice: Person, bob: Person, job: dict[str, Any], resume: str) -> dict[str, Any]:
    """Alice applies; Bob hears it within a second and finds the mail."""
    say(f"6. Alice applies to “{job['title']}”; Bob hears it on his socket and by mail.")
    ears = bob.socket("/ws/notifications/")
    form = alice.get(f"/jobs/{job['id']}/form/")
    check(form["questions"] == [], "the form asks for nothing beyond a résumé", form)
    started = time.monotonic()
    body = {"resume": resume, "answers": [], "cover_letter": "I would like to.", "consent": True}
    application: dict[str, Any] = alice.post(f"/jobs/{job['id']}/apply/", body, expect=201)
    heard = ears.wait_for("notification.created")["data"]["notification"]
    took = time.monotonic() - started
    check(heard["kind"] == "application_received", f"Bob reads: {heard['text']}", heard)
    check(took < 1.0, f"Bob heard it {took * 1000:.0f} ms after Alice pressed the button", heard)
    ears.close()
    bob.place.wait_for_mail(bob.email, job["title"])
    check(True, "Bob has the mail")
    alice.post(f"/jobs/{job['id']}/apply/", body, expect=409)
    check(True, "applying twice is refused")
    return application


def bob_moves(alice: Person, bob: Person, application: dict[str, Any]) -> None:
    """Bob moves the application with what the server offers; a stale screen is refused."""
    say("7. Bob moves the application through the offered actions.")
    path = f"/applications/{application['id']}/"
    seen = bob.get(path)
    offered = {action["id"]: action for action in seen["actions"] if action["enabled"]}
    stages = bob.get(f"/jobs/{seen['job']['id']}/stages/")["results"]
    moved = bob.act(offered["move"], stage=stages[1]["id"], version=seen["version"])
    check(moved["team"]["stage"]["id"] == stages[1]["id"], f"the application is now in {stages[1]['name']!r}")
    stale = bob.http.post(f"{path}move/", json={"stage": stages[-1]["id"], "version": seen["version"]})
    check(stale.status_code == 409, "a move from an old screen is refused with 409", stale.text)
    mine = alice.get(path)
    check(mine["team"] is None, f"Alice sees her own status, {mine['progress']!r}, and nothing of the team's", mine)
    steps = [step["kind"] for step in alice.get(f"{path}timeline/")["results"]]
    check("submitted" in steps and "seen" in steps, f"her timeline tells {', '.join(reversed(steps))}")


def they_chat(alice: Person, bob: Person, application: dict[str, Any]) -> str:
    """Both chat over sockets; one drops, and resume brings exactly what was missed."""
    say("8. They chat; Alice's connection drops, Bob writes five messages, resume brings exactly five.")
    conversation = bob.post("/conversations/", {"application": application["id"]})
    room = str(conversation["id"])
    hers, his = alice.socket("/ws/chat/"), bob.socket("/ws/chat/")
    his.command("message.send", conversation=room, client_msg_id=str(uuid.uuid4()), body="Hello Alice!")
    hers.wait_for("message.created", body="Hello Alice!")
    hers.command("message.send", conversation=room, client_msg_id=str(uuid.uuid4()), body="Hello Bob!")
    his.wait_for("message.created", body="Hello Bob!")
    hers.wait_for("message.created", body="Hello Bob!")  # one's own messages come numbered, too
    last = hers.seq
    hers.close()
    texts = [f"Message {number}" for number in range(1, 6)]
    for text in texts:
        his.command("message.send", conversation=room, client_msg_id=str(uuid.uuid4()), body=text)
    again = alice.socket("/ws/chat/")
    again.seq = last
    again.command("resume", after=last)
    received = [again.wait_for("message.created")["data"]["body"] for _ in texts]
    check(received == texts, "exactly the five missed messages came, in order", received)
    unread = next(row for row in alice.get("/conversations/")["results"] if row["id"] == room)["unread_count"]
    check(unread >= len(texts), f"Alice's unread count is {unread}")
    again.close()
    his.close()
    return room


def carol_sees_nothing(carol: Person, application: dict[str, Any], resume: str, room: str, slug: str) -> None:
    """A recruiter of another company finds every door shut, and no difference to what does not exist."""
    say("9. Carol, a recruiter elsewhere, sees nothing of it at any door.")
    doors = [
        f"/applications/{application['id']}/",
        f"/applications/{application['id']}/timeline/",
        f"/applications/{application['id']}/capsule/",
        f"/conversations/{room}/",
        f"/conversations/{room}/messages/",
        f"/resumes/{resume}/",
    ]
    for door in doors:
        check(carol.http.get(door).status_code == 404, f"GET {door.split('/')[1]}/… is 404 for Carol")
    check(carol.get("/applications/")["results"] == [], "her list of applications is empty")
    check(carol.get("/conversations/")["results"] == [], "her list of conversations is empty")
    check(carol.get("/notifications/")["results"] == [], "nobody told her anything")
    members = carol.http.get(f"/companies/{slug}/members/")
    check(members.status_code == 404, "the members of Bob's company are hidden from her", members.text)
    wire = carol.socket("/ws/chat/")
    try:
        wire.command("message.send", conversation=room, client_msg_id=str(uuid.uuid4()), body="Hi")
        raise TourError("Carol could write into a foreign conversation")
    except TourError as refusal:
        check("404" in str(refusal) or "not_found" in str(refusal), "her socket cannot write into it", str(refusal))
    finally:
        wire.close()


def walk(place: Place, *, jobs: Path, mapping: str, words: str, document: Path) -> None:
    """Walk through all chapters."""
    alice, bob, carol = people_sign_up(place)
    acme, _globex = recruiters_found_companies(bob, carol)
    operator_imports(place, acme, jobs, mapping)
    resume = alice_makes_a_resume(alice, document)
    job = alice_searches(alice, acme, words)
    application = alice_applies(alice, bob, job, resume)
    bob_moves(alice, bob, application)
    room = they_chat(alice, bob, application)
    carol_sees_nothing(carol, application, resume, room, acme)
    for person in (alice, bob, carol):
        person.leave()
    say("The tour is over. Everything that was promised happened.")


def main() -> None:
    """Read the command line and walk."""
    root = HERE.parent
    parser = argparse.ArgumentParser(description="Walk through one application, from posting to chat.")
    parser.add_argument("--base", default="http://127.0.0.1:8000", help="where the platform answers")
    parser.add_argument("--mail", type=Path, default=root / "var" / "mail", help="the mail catcher's folder")
    parser.add_argument("--jobs", type=Path, default=HERE / "samples" / "postings.csv")
    parser.add_argument(
        "--map", dest="mapping", default=str(HERE / "samples" / "postings.yaml"), help="how import_jobs reads it"
    )
    parser.add_argument("--words", default="engineer", help="what Alice searches for")
    parser.add_argument("--resume", type=Path, default=HERE / "samples" / "resume.json", help="a JSON Resume")
    wanted = parser.parse_args()
    place = Place(wanted.base.rstrip("/"), wanted.mail, [str(root / "dev"), "manage"])
    walk(place, jobs=wanted.jobs, mapping=wanted.mapping, words=wanted.words, document=wanted.resume)


if __name__ == "__main__":
    main()

"""Who sent an application that is read blind is told to its team by no door: route, frame, news, mail and file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import yaml
from django.conf import settings as house
from django.db import transaction
from django.db.models import Model
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_session, make_user
from applications.assessments.tests.factories import make_attempt
from applications.blind.services import switch_blind_review
from applications.blind.veil import pseudonym_of
from applications.models import Application
from applications.offers.tests.factories import make_offer
from applications.services import withdraw_application
from applications.teamwork.services import write_note
from applications.tests.factories import make_application
from companies.models import Company, Role
from companies.tests.factories import make_membership
from jobs.models import Job
from jobs.tests.factories import make_job, make_question
from messaging.rooms import NotReachable
from messaging.tests.factories import make_conversation, say
from notifications.mail.letters import Moot, write_letter
from notifications.models import Mail, Notification
from resumes.models import Resume
from resumes.services import add_row
from resumes.tests.factories import make_resume
from umemployed.audit.models import AuditEntry
from umemployed.events.relay import Relay
from umemployed.files.tests.factories import make_file
from umemployed.realtime.frames import COMMANDS
from umemployed.realtime.models import Frame
from umemployed.realtime.schema import validator_of
from umemployed.realtime.tests.fixtures import closed_clients, redis_server, web, webs  # noqa: F401 - a web process
from umemployed.realtime.tests.servers import Client
from umemployed.tests.policy import BODIES
from umemployed.tests.test_routes import ROUTES, Route

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]
CANARIES = {
    "first name": "Zebulona",
    "last name": "Quixwell",
    "e-mail": "zq.canary@mailvex.example",
    "phone": "655443322",
    "address": "Flimflam Lane 9",
    "employer": "Grobnik Industries",
    "school": "Snarfle Academy",
    "link": "zorp-portfolio.example",
    "photo": "zorp-face.png",
    "file name": "zq-diploma",
    "cover letter": "gribbleletter",
    "résumé title": "Snozzcurriculum",
    "summary": "wibblesummary",
    "long answer": "blorpanswer",
    "source": "flurbsource",
    "message": "murblemessage",
}
# Whose ids these routes take; all others are asked with the id of everything.
OF_ONE_KIND = {
    "applications": "Application",
    "attempts": "Attempt",
    "conversations": "Conversation",
    "files": "StoredFile",
    "jobs": "Job",
    "offers": "Offer",
    "resumes": "Resume",
}
SKILL = "Veterinary dentistry"


def leaks(said: str, person: User) -> list[str]:
    said = said.casefold()
    found = [name for name, canary in CANARIES.items() if canary.casefold() in said]
    return found + (["user id"] if str(person.public_id) in said else [])


@pytest.fixture(autouse=True)
def unhurried(settings: Any) -> None:
    """Let one reader walk through every door at once."""
    settings.RATE_LIMITS = {name: {**policy, "limit": 10**6} for name, policy in settings.RATE_LIMITS.items()}


@pytest.fixture
def person(db: None) -> User:
    name = f"{CANARIES['first name']} {CANARIES['last name']}"
    return make_user(email=CANARIES["e-mail"], full_name=name)


@pytest.fixture
def resume(person: User) -> Resume:
    resume = make_resume(
        owner=person,
        title=CANARIES["résumé title"],
        full_name=person.full_name,
        email=person.email,
        phone=f"+237{CANARIES['phone']}",
        address=CANARIES["address"],
        website=f"https://{CANARIES['link']}/",
        image_url=f"https://pictures.example/{CANARIES['photo']}",
        summary=CANARIES["summary"],
    )
    for section, row in {
        "experiences": {"company_name": CANARIES["employer"], "position": f"Vet at {CANARIES['employer']}"},
        "education": {"institution": CANARIES["school"], "area": "Teeth"},
        "skills": {"name": SKILL},
    }.items():
        add_row(actor=person, resume_id=resume.pk, section=section, **row)
    return Resume.objects.get(pk=resume.pk)


@pytest.fixture
def job(acme: Company) -> Job:
    job = make_job(company=acme, title="Vet")
    make_question(job=job, label="Tell us", type="long_text", position=0)
    make_question(job=job, label="Night shifts?", type="boolean", position=1)
    make_question(job=job, label="Diploma", type="file", position=2)
    return job


@pytest.fixture
def application(job: Job, person: User, resume: Resume) -> Application:
    file = make_file(owner=person, purpose="application_answer", name=f"{CANARIES['file name']}.pdf")
    values = (CANARIES["long answer"], True, str(file.public_id))
    questions = job.questions.order_by("position")
    answers = [{"question": str(one.public_id), "value": value} for one, value in zip(questions, values, strict=True)]
    return make_application(
        job=job,
        candidate=person,
        resume=resume,
        answers=answers,
        cover_letter=CANARIES["cover letter"],
        source=CANARIES["source"],
    )


def blind(job: Job, bob: User, *, is_on: bool = True, **more: bool) -> None:
    switch_blind_review(actor=bob, job_id=job.pk, is_on=is_on, **more)
    Relay().drain()


@pytest.fixture
def story(application: Application, job: Job, bob: User, person: User) -> dict[str, Model]:
    """Everything that can hang on an application, from the time before the review was blind."""
    talk = make_conversation(application=application)
    message = say(person, talk, f"{CANARIES['message']} from {person.full_name}")
    note = write_note(
        actor=bob, application_id=application.pk, body=f"{person.full_name} of Grobnik Industries is good"
    )
    offer, attempt = make_offer(application, bob), make_attempt(application)
    Relay().drain()
    file = application.files.get().file
    rows = (job, application, talk, message, note, offer, attempt, file, person, application.resume)
    return {type(row).__name__: row for row in rows if row is not None}


def urls_of(route: Route, ids: list[Any], story: dict[str, Any]) -> Iterator[str]:
    values = {"slug": "acme", "report": "funnel", "note_id": story["Note"].public_id}
    for public_id in ids if "public_id" in route.path else ids[:1]:
        yield route.url({**values, "stage_id": story["Application"].stage.public_id, "public_id": public_id})


def said_by(answer: Any) -> str:
    """Return all that an answer says: its headers, and its body with what documents keep beside their text."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return opened(body) + json.dumps(dict(answer.headers))


def opened(body: bytes) -> str:
    """Return a body as text; of a PDF with every stream and string, of a package (DOCX, ZIP) with every member."""
    said = body.decode(errors="replace")
    if body.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(body)) as document:
            for part in document.objects:
                said += repr(part)
                said += part.read_bytes().decode(errors="replace") if isinstance(part, pikepdf.Stream) else ""
    if zipfile.is_zipfile(io.BytesIO(body)):
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            said += "".join(f"{name} {package.read(name).decode(errors='replace')}" for name in package.namelist())
    return said


def walked(client: APIClient, story: dict[str, Any], reader: User) -> Iterator[tuple[str, str]]:
    """Yield (URL, what it answered, headers included) of every GET route with the id of everything in the story."""
    everything = [row.public_id for row in story.values()]
    everything += list(Notification.objects.filter(recipient=reader).values_list("public_id", flat=True))
    for route in ROUTES.values():
        if route.method != "GET":
            continue
        kind = OF_ONE_KIND.get(route.path.partition("/")[0])
        for url in urls_of(route, [story[kind].public_id] if kind else everything, story):
            answer = client.get(url)
            yield url, said_by(answer) if answer.status_code != 404 else ""


def told(reader: User) -> str:
    """Return every frame, notification and mail of a reader."""
    frames = [[row.scope, row.data] for row in Frame.objects.filter(user=reader)]
    letters = []
    for mail in Mail.objects.filter(recipient=reader, kind__in=("application_received", "digest")):
        with suppress(Moot):
            letter, headers = write_letter(mail)
            letters.append([vars(letter), headers])
    return json.dumps([frames, letters], default=str)


def test_no_door_tells_a_blind_team_who_applied_and_a_reveal_opens_them(
    story: dict[str, Any], job: Job, bob: User, person: User, as_user: AsUser
) -> None:
    client, application = as_user(bob), story["Application"]
    before = dict(walked(client, story, bob))
    seen = {leak for said in before.values() for leak in leaks(said, person)}
    # A canary that no door shows proves nothing; these two are not among what any door shows.
    assert {*CANARIES, "user id"} - seen <= {"file name", "résumé title"}, seen
    link = f"/api/v1/files/{story['StoredFile'].public_id}/link/"
    assert client.post(link).status_code == 200
    blind(job, bob)
    asked, pseudonym = 0, pseudonym_of(application)
    opened = set()
    for url, said in walked(client, story, bob):
        asked += 1
        assert leaks(said.replace(url, ""), person) == [], url
        opened |= {url} if pseudonym in said else set()
    assert asked > 100
    assert {f"/api/v1/applications/{application.public_id}/", f"/api/v1/jobs/{job.public_id}/board/"} <= opened
    assert leaks(told(bob), person) == []
    assert client.post(link).status_code == 404
    answer = client.post(f"/api/v1/applications/{application.public_id}/reveal/")
    assert answer.status_code == 200, answer.content
    after = dict(walked(client, story, bob))
    assert {leak for said in after.values() for leak in leaks(said, person)} == seen
    assert client.post(link).status_code == 200
    assert AuditEntry.objects.filter(action="application:revealed").count() == 1


def test_what_happens_while_it_is_blind_names_nobody(
    job: Job, bob: User, person: User, resume: Resume, as_user: AsUser, request: pytest.FixtureRequest
) -> None:
    blind(job, bob)
    application = request.getfixturevalue("application")
    talk = make_conversation(application=application)
    with pytest.raises(NotReachable):
        say(person, talk, CANARIES["message"])
    Relay().drain()
    assert leaks(told(bob), person) == []
    news = as_user(bob).get("/api/v1/notifications/").json()["results"]
    assert [row["kind"] for row in news] == ["application_received"]
    assert (news[0]["actor"], leaks(json.dumps(news), person)) == (None, [])
    assert Mail.objects.filter(recipient=bob, kind="application_received").exists()
    withdraw_application(actor=person, application_id=application.pk, note=f"Yours, {person.full_name}")
    Relay().drain()
    timeline = as_user(bob).get(f"/api/v1/applications/{application.public_id}/timeline/").content.decode()
    assert leaks(timeline, person) == []
    assert leaks(told(bob), person) == []


def test_skills_experience_and_closed_answers_stay(
    application: Application, job: Job, bob: User, person: User, as_user: AsUser
) -> None:
    url = f"/api/v1/applications/{application.public_id}/capsule/"
    blind(job, bob)
    shown = as_user(bob).get(url).json()
    assert shown["sha256"] == ""
    assert SKILL in [skill["name"] for skill in shown["content"]["resume"]["skills"]]
    assert shown["content"]["resume"]["education"][0]["area"] == "Teeth"
    assert {answer["label"]: answer["value"] for answer in shown["content"]["answers"]} == {
        "Tell us": None,
        "Night shifts?": True,
        "Diploma": None,
    }
    blind(job, bob, shows_employers=True)
    assert leaks(as_user(bob).get(url).content.decode(), person) == ["employer"]
    own = as_user(person).get(url).json()
    assert own["content"]["cover_letter"] == CANARIES["cover letter"]
    assert own["sha256"] == application.capsule.sha256


def test_the_pseudonym_is_the_same_at_every_door_and_tells_them_apart(
    application: Application, job: Job, bob: User, person: User, as_user: AsUser
) -> None:
    blind(job, bob)
    first = as_user(bob).get("/api/v1/applications/").json()["results"][0]["team"]["candidate"]
    again = as_user(bob).get(f"/api/v1/applications/{application.public_id}/").json()["team"]["candidate"]
    assert first == again == {"id": None, "name": pseudonym_of(application)}
    assert pseudonym_of(Application(public_id=job.public_id)) != first["name"]
    person.full_name = "Somebody Else"
    person.save()
    assert pseudonym_of(Application.objects.get(pk=application.pk)) == first["name"]


def test_revealing_is_for_who_decides_told_to_the_owner_and_done_once(
    application: Application, job: Job, acme: Company, bob: User, carol: User, person: User, as_user: AsUser
) -> None:
    url = f"/api/v1/applications/{application.public_id}/"
    assert as_user(bob).post(f"{url}reveal/").json()["code"] == "nothing_veiled"
    recruiter = make_membership(company=acme, role=Role.RECRUITER).user
    blind(job, bob)
    assert as_user(carol).post(f"{url}reveal/").status_code == 404
    assert as_user(person).post(f"{url}reveal/").status_code == 403
    assert as_user(recruiter).get(url).json()["team"]["is_blind"] is True
    shown = as_user(recruiter).post(f"{url}reveal/").json()
    assert (shown["team"]["candidate"]["name"], shown["team"]["is_blind"]) == (person.full_name, False)
    assert as_user(recruiter).post(f"{url}reveal/").json()["code"] == "nothing_veiled"
    Relay().drain()
    assert "candidate_revealed" in {row.kind for row in Notification.objects.filter(recipient=bob)}
    assert application.history.filter(kind="revealed", actor=recruiter).count() == 1
    assert "revealed" not in as_user(person).get(f"{url}timeline/").content.decode()


def test_who_posts_jobs_switches_it_and_ending_it_is_told(
    application: Application, job: Job, acme: Company, bob: User, carol: User, as_user: AsUser
) -> None:
    url = f"/api/v1/jobs/{job.public_id}/blind-review/"
    recruiter = make_membership(company=acme, role=Role.RECRUITER).user
    manager = make_membership(company=acme, role=Role.HIRING_MANAGER).user
    assert as_user(manager).get(url).json() == {"is_on": False, "shows_employers": False}
    assert as_user(manager).put(url, {"is_on": True}).status_code == 403
    assert as_user(carol).put(url, {"is_on": True}).status_code == 404
    assert as_user(recruiter).put(url, {"is_on": True}).json()["is_on"] is True
    assert as_user(recruiter).put(url, {"is_on": False}).json()["is_on"] is False
    Relay().drain()
    assert "blind_review_ended" in {row.kind for row in Notification.objects.filter(recipient=bob)}
    entries = AuditEntry.objects.filter(action="blind_review:set").order_by("pk")
    assert [entry.details["revealed"] for entry in entries] == [0, 1]


# --- Writes, and commands of the sockets -------------------------------------------------------------------
# What these do if they are done is to show who it is.
UNVEILING = {"POST applications/{public_id}/reveal/", "PUT jobs/{public_id}/blind-review/"}
WRONG_TYPES: tuple[Any, ...] = ({}, [], {"id": {"name": [None]}, "version": "none", "application": 7})


@cache
def document() -> dict[str, Any]:
    """Return the contract of REST."""
    return yaml.load((Path(house.BASE_DIR) / "docs" / "openapi.yaml").read_text(), Loader=yaml.CSafeLoader)


def schema_of(route: Route) -> dict[str, Any]:
    """Return the schema of a route's JSON body; of one that takes none, nothing."""
    operation = document()["paths"].get(f"/api/v1/{route.path}", {}).get(route.method.lower(), {})
    media = operation.get("requestBody", {}).get("content", {})
    return media.get("application/json", {}).get("schema", {})


def made_up(schema: dict[str, Any], whole: dict[str, Any], name: str, number: int) -> Any:
    """Return a value that fits a schema, with one id wherever an id is asked for, and one number."""
    if "$ref" in schema:
        *_path, last = schema["$ref"].split("/")
        named = whole.get("components", {}).get("schemas", {}) or whole.get("$defs", {})
        return made_up(named[last], whole, name, number)
    for several in ("allOf", "oneOf", "anyOf"):
        if several in schema:
            return made_up(schema[several][0], whole, name, number)
    if "enum" in schema or "const" in schema:
        return schema.get("const", next(iter(schema.get("enum", [])), None))
    kinds = schema.get("type", "string")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    match kind:
        case "object":
            return {key: made_up(one, whole, name, number) for key, one in schema.get("properties", {}).items()}
        case "array":
            return [made_up(schema.get("items", {}), whole, name, number)]
        case "integer" | "number":
            return number
        case "boolean":
            return True
    formats = {"uuid": name, "date": "2027-01-01", "date-time": "2027-01-01T00:00:00Z", "email": "x@mail.example"}
    return formats.get(schema.get("format", ""), "x" * max(2, schema.get("minLength", 2)))


def bodies_of(route: Route, story: dict[str, Any]) -> Iterator[Any]:
    """Yield what never fits, and what does: with the ids of the candidate's things, right and stale versions."""
    yield from WRONG_TYPES
    if str(route) in BODIES:
        yield BODIES[str(route)]
    for kind in ("Application", "User", "StoredFile"):
        for number in (1, 999):
            yield made_up(schema_of(route), document(), str(story[kind].public_id), number)


def test_no_write_of_a_blind_team_is_answered_with_who_applied(
    story: dict[str, Any], job: Job, bob: User, person: User, as_user: AsUser
) -> None:
    """Every POST, PUT, PATCH and DELETE, refused or done; each is undone before the next."""
    client = as_user(bob)
    blind(job, bob)
    everything = [row.public_id for row in story.values()]
    refused: dict[int, int] = {}
    for route in ROUTES.values():
        if route.method == "GET" or str(route) in UNVEILING:
            continue
        kind = OF_ONE_KIND.get(route.path.partition("/")[0])
        for url in urls_of(route, [story[kind].public_id] if kind else everything[:3], story):
            for body in bodies_of(route, story):
                with transaction.atomic():
                    answer = getattr(client, route.method.lower())(url, body, headers={"If-Match": '"1"'})
                    transaction.set_rollback(True)
                said = said_by(answer).replace(url, "")
                if str(person.public_id) in json.dumps(body):  # who sends it knows it
                    said = said.replace(str(person.public_id), "")
                assert leaks(said, person) == [], (str(route), body, answer.status_code)
                assert answer.status_code < 500, (str(route), body)
                refused[answer.status_code] = refused.get(answer.status_code, 0) + 1
    assert {400, 403, 404, 409} <= set(refused), refused
    assert sum(refused.values()) > 1000, refused


def test_an_answer_from_before_is_not_given_again_while_it_is_blind(
    application: Application, job: Job, bob: User, person: User, as_user: AsUser
) -> None:
    client, key = as_user(bob), {"Idempotency-Key": "before-it-was-blind"}
    url = f"/api/v1/applications/{application.public_id}/move/"
    body = {"stage": str(job.stages.order_by("position")[1].public_id), "version": 1}
    first = client.post(url, body, headers=key)
    assert leaks(first.content.decode(), person) != []
    assert client.post(url, body, headers=key).headers["Idempotent-Replayed"] == "true"
    blind(job, bob)
    again = client.post(url, body, headers=key)
    assert (again.status_code, again.json()["code"]) == (409, "stale_version")
    assert leaks(said_by(again), person) == []


@pytest.mark.django_db(transaction=True)
def test_no_socket_answers_a_blind_team_with_who_applied(
    web: int,  # noqa: F811 - the fixture
    story: dict[str, Any],
    job: Job,
    bob: User,
    person: User,
) -> None:
    """Every command of every socket, with the ids of everything and with what never fits."""
    blind(job, bob)
    session, asked = make_session(user=bob), 0
    kinds = ("Application", "Conversation", "Job", "Message", "User")
    for (socket, kind), declared in COMMANDS.items():
        if socket == "play":
            continue
        client = Client.of(session, web, socket)  # each its own: a connection that asks so much is told to slow down
        schema: Any = validator_of(declared.serializer).schema
        sent = [made_up(schema, schema, str(story[one].public_id), 1) for one in kinds if one in story]
        said = [client.hello, *(client.do(kind, **data) for data in (*sent, {}, {"conversation": [7], "job": 7}))]
        said += [client.do("resume", after=0), client.do("no.such.command")]
        client.is_silent()
        said += client._seen
        asked += len(said)
        assert leaks(json.dumps(said).replace(str(person.public_id), ""), person) == [], (socket, kind)
        client.close()
    assert asked > 50

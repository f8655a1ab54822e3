"""One person's life on the platform, through the doors that people use, each word of it a canary of its own."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.links import secret_of
from accounts.models import EmailToken, User
from accounts.tests.factories import make_client
from applications.models import Application
from companies.models import Company
from jobs.models import QuestionType
from jobs.tests.factories import make_job, make_question
from notifications.mail import sender
from notifications.models import Mail, MailStatus
from umemployed.events.relay import Relay
from umemployed.files.tests.factories import make_file

PASSWORD = "an uncommon battery staple"
V1 = "/api/v1/"


@dataclass
class Life:
    """Who lives it, and every word that was said on the way."""

    client: APIClient = field(default_factory=APIClient)
    words: dict[str, str] = field(default_factory=dict)
    prefix: str = "zq"
    application: Application | None = None
    conversation: str = ""

    @property
    def person(self) -> User:
        return User.objects.get(email=self.words["second_address"])

    def canary(self, name: str) -> str:
        """Make a word that occurs nowhere else."""
        self.words[name] = f"{self.prefix}{name.replace('_', '')}{uuid.uuid4().hex[:8]}"
        return self.words[name]

    def address(self, name: str) -> str:
        """Make an address of mail; its part before the @ is the canary."""
        self.words[name] = f"{self.canary(name)}@example.com"
        return self.words[name]

    def send(self, method: str, path: str, body: Any = None, expect: int = 200, **headers: str) -> Any:
        """Send a request and demand its status."""
        answer = getattr(self.client, method)(f"{V1}{path}", body, headers=headers)
        assert answer.status_code == expect, (path, answer.status_code, answer.content[:500])
        return answer.json() if answer.content else None


def deliver() -> None:
    """Tell everybody what happened, and send the mails that are owed."""
    Relay().drain(seconds=60)
    for pk in list(Mail.objects.filter(status=MailStatus.QUEUED).values_list("pk", flat=True)):
        Mail.objects.filter(pk=pk).update(due_at=timezone.now() - timedelta(seconds=1))
        sender.send(pk)


def sign_up(life: Life) -> None:
    """Sign up, prove the address, sign in, and move to another address."""
    address, name = life.address("first_address"), life.canary("name")
    life.send("post", "auth/register/", {"email": address, "password": PASSWORD, "full_name": name}, 202)
    deliver()
    life.send("post", "auth/verify-email/", {"token": _mailed("verify_email")}, 204)
    body = {"email": address, "password": PASSWORD}
    pair = life.send("post", "auth/login/", body, **{"User-Agent": life.canary("device")})
    life.client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
    change = {"email": life.address("second_address"), "current_password": PASSWORD}
    life.send("post", "auth/email/change/", change, 202)
    life.send("post", "auth/email/change/confirm/", {"token": _mailed("change_email")}, 204)
    life.send("patch", "me/", {"full_name": life.canary("second_name")})
    deliver()


def _mailed(purpose: str) -> str:
    token = EmailToken.objects.filter(purpose=purpose).latest("pk")
    return secret_of(token.purpose, token.public_id)


def write_resume(life: Life) -> str:
    """Write a résumé with every section; return its id."""
    lines = ("headline", "summary", "phone", "address", "postal_code", "city", "region")
    basics = {name: life.canary(f"resume_{name}")[:30] for name in lines}
    life.words.update({f"resume_{name}": value for name, value in basics.items()})
    basics |= {
        "title": life.canary("resume_title"),
        "full_name": life.canary("resume_name"),
        "email": life.address("resume_address"),
        "website": f"https://{life.canary('website')}.example",
        "image_url": f"https://{life.canary('picture')}.example/me.png",
    }
    resume = life.send("post", "resumes/", basics, 201)["id"]
    said = life.canary
    sections: dict[str, dict[str, Any]] = {
        "experiences": {
            "company_name": said("employer"),
            "position": said("position"),
            "summary": said("work"),
            "highlights": [said("highlight")],
        },
        "education": {"institution": said("school"), "area": said("area")},
        "skills": {"name": said("skill")},
        "languages": {"language": said("language")},
        "certificates": {"name": said("certificate"), "issuer": said("issuer")},
        "projects": {"name": said("project"), "description": said("project_text"), "keywords": [said("keyword")]},
        "links": {"network": said("network"), "url": f"https://{said('profile')}.example"},
    }
    for section, row in sections.items():
        version = life.send("get", f"resumes/{resume}/")["version"]
        life.send("post", f"resumes/{resume}/{section}/", row, 201, **{"If-Match": f'"{version}"'})
    return resume


def apply_and_talk(life: Life, company: Company, recruiter: User) -> None:
    """Apply with a file, an answer and a letter; talk with the team; withdraw with a note, and apply elsewhere."""
    resume = write_resume(life)
    job = make_job(company=company)
    text, document = make_question(job=job), make_question(job=job, type=QuestionType.FILE)
    content = f"{life.canary('file_text')}\n".encode()
    name = f"{life.canary('file_name')}.txt"
    file = make_file(owner=life.person, purpose="application_answer", name=name, data=content)
    make_file(owner=life.person, name=f"{life.canary('loose_file')}.txt", data=content)
    answers = [
        {"question": str(text.public_id), "value": life.canary("answer")},
        {"question": str(document.public_id), "value": str(file.public_id)},
    ]
    body = {
        "resume": resume,
        "answers": answers,
        "cover_letter": life.canary("letter"),
        "source": life.canary("source"),
    }
    key = {"Idempotency-Key": life.canary("idempotency_key")}
    sent = life.send("post", f"jobs/{job.public_id}/apply/", {**body, "consent": True}, 201, **key)
    life.application = Application.objects.get(public_id=sent["id"])
    deliver()
    talk(life, recruiter)
    note = {"note": life.canary("withdrawal")}
    life.send("post", f"applications/{sent['id']}/withdraw/", note)
    deliver()


def talk(life: Life, recruiter: User) -> None:
    """Write to the team, be answered, and be read."""
    assert life.application is not None
    room = life.send("post", "conversations/", {"application": str(life.application.public_id)}, 201)
    life.conversation = room["id"]
    path = f"conversations/{life.conversation}/messages/"
    for name in ("message", "second_message"):
        life.send("post", path, {"client_msg_id": str(uuid.uuid4()), "body": life.canary(name)}, 201)
    deliver()
    team = make_client(recruiter)
    told = {"client_msg_id": str(uuid.uuid4()), "body": "What the recruiter said."}
    assert team.post(f"{V1}{path}", told).status_code == 201
    assert team.get(f"{V1}applications/{life.application.public_id}/").status_code == 200
    assert team.get(f"{V1}applications/{life.application.public_id}/capsule/").status_code == 200
    deliver()


def found_and_close(life: Life) -> None:
    """Found a company, invite somebody to it, and be invited elsewhere."""
    found = {"name": life.canary("company"), "about": life.canary("company_about")}
    life.send("post", "companies/", found, 201)


def live(company: Company, recruiter: User, prefix: str = "zq") -> Life:
    """Live one whole life."""
    life = Life(prefix=prefix)
    sign_up(life)
    apply_and_talk(life, company, recruiter)
    found_and_close(life)
    team = make_client(recruiter)
    invitation = {"email": life.words["second_address"], "role": "recruiter"}
    assert team.post(f"{V1}companies/{company.slug}/invitations/", invitation).status_code == 201
    deliver()
    return life


# --- Where words can rest --------------------------------------------------------------------------
COLUMNS = """
SELECT c.relname, a.attname FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
WHERE c.relkind IN ('r', 'p', 'm') AND t.typname IN
    ('text', 'varchar', 'bpchar', 'json', 'jsonb', 'bytea', '_text', '_varchar', 'inet', 'citext', 'tsvector')
"""


def hits_in_database(words: list[str]) -> list[str]:
    """Look for words in every column of text, JSON and bytes of every table; name what has them."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        for table, column in cursor.fetchall():
            value = f"encode(\"{column}\", 'escape')" if _is_bytes(cursor, table, column) else f'"{column}"::text'
            query = f'SELECT count(*), min({value}) FROM "{table}" WHERE {value} ILIKE ANY(%s)'  # noqa: S608
            cursor.execute(query, [[f"%{word}%" for word in words]])
            count, example = cursor.fetchone()
            if count:
                found.append(f"{table}.{column}: {count} ({example[:200]})")
    return found


def _is_bytes(cursor: Any, table: str, column: str) -> bool:
    cursor.execute(
        "SELECT data_type FROM information_schema.columns WHERE table_name = %s AND column_name = %s", [table, column]
    )
    return cursor.fetchone() == ("bytea",)


def hits_in_folder(folder: Path, words: list[str]) -> list[str]:
    """Look for words in the names and the bytes of every file."""

    def has(data: bytes) -> bool:
        return any(word.lower().encode() in data.lower() for word in words)

    return [
        str(path)
        for path in folder.rglob("*")
        if has(path.name.encode()) or (path.is_file() and has(path.read_bytes()))
    ]


def hits_in_redis(words: list[str]) -> list[str]:
    """Look for words in every key of every segment, and in what the keys hold."""
    found = []
    for url in {settings.CACHE_URL, settings.BROKER_URL, settings.CHANNELS_URL}:
        with redis.Redis.from_url(url) as client:
            for key in client.scan_iter(count=1000):
                text = (key + (client.dump(key) or b"")).lower()
                found += [key.decode(errors="replace") for word in words if word.lower().encode() in text]
    return found

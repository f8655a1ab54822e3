"""Files in messages: private, and gone with the message or the right."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from accounts.models import User
from accounts.tests.racing import race
from companies.models import Company, Membership
from companies.tests.factories import make_membership
from messaging import services
from messaging.models import Attachment, Conversation, Message
from messaging.tests.factories import make_conversation, make_letter_file, say
from umemployed.api.errors import Invalid
from umemployed.files.models import StoredFile
from umemployed.files.tests.factories import make_file, make_uploaded


def post(client: Any, talk: Conversation, *files: StoredFile, **overrides: Any) -> Any:
    body = {"client_msg_id": str(uuid.uuid4()), "attachments": [str(file.public_id) for file in files], **overrides}
    return client.post(f"/api/v1/conversations/{talk.public_id}/messages/", body)


def may_load(client: Any, file: StoredFile) -> bool:
    """Ask for a link and follow it."""
    link = client.post(f"/api/v1/files/{file.public_id}/link/")
    if link.status_code == 404:
        return False
    return follow(client, link.json()["url"])


def follow(client: Any, url: str) -> bool:
    """Follow a link to its last byte."""
    answer = client.get(url)
    if answer.status_code == 404:
        return False
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    return True


def test_a_file_travels_with_a_message_that_needs_no_text(
    as_user: Any, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    file = make_letter_file(alice)
    sent = post(as_user(alice), talk, file)
    assert (sent.status_code, sent.json()["body"]) == (201, "")
    (shown,) = as_user(bob).get(f"/api/v1/conversations/{talk.public_id}/messages/").json()["results"][0]["attachments"]
    file.refresh_from_db()
    assert shown == {"id": str(file.public_id), "name": "cv.pdf", "size": file.size, "content_type": "application/pdf"}
    assert [may_load(as_user(person), file) for person in (alice, bob, carol)] == [True, True, False]


def test_a_message_needs_a_text_or_a_file(as_user: Any, alice: User, talk: Conversation) -> None:
    answer = post(as_user(alice), talk)
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "body")


def test_only_own_finished_files_for_messages_are_taken_once(
    as_user: Any, alice: User, bob: User, talk: Conversation
) -> None:
    mine, used = make_letter_file(alice), make_letter_file(alice)
    assert post(as_user(alice), talk, used).status_code == 201
    unfinished = make_uploaded(owner=alice, purpose="message_attachment")
    for wrong in (used, make_letter_file(bob), make_file(owner=alice), unfinished):
        answer = post(as_user(alice), talk, mine, wrong, body="look")
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "attachments")
    assert (Message.objects.count(), Attachment.objects.count()) == (1, 1)
    mine.refresh_from_db()
    assert mine.attached_at is None
    assert post(as_user(alice), talk, *[make_letter_file(alice) for _ in range(6)]).status_code == 400


def test_repeating_a_message_with_a_file_is_the_same_message(alice: User, talk: Conversation) -> None:
    ident, file = uuid.uuid4(), make_letter_file(alice)
    first, again = (say(alice, talk, "look", ident, (file,)) for _ in range(2))
    assert (first.pk, len(again.shown_attachments)) == (again.pk, 1)
    with pytest.raises(services.ClientMessageIdReused):
        say(alice, talk, "look", ident)


def test_losing_the_membership_cuts_the_link_at_once(
    as_user: Any, alice: User, acme: Company, talk: Conversation
) -> None:
    leaver = make_membership(company=acme).user
    file = make_letter_file(alice)
    say(alice, talk, "confidential", files=(file,))
    client = as_user(leaver)
    link = client.post(f"/api/v1/files/{file.public_id}/link/").json()["url"]
    assert follow(client, link)
    Membership.objects.filter(user=leaver).delete()
    assert not follow(client, link)
    assert not may_load(client, file)


def test_deleting_the_message_for_all_lets_the_file_go(
    as_user: Any, alice: User, bob: User, talk: Conversation
) -> None:
    file = make_letter_file(alice)
    message = say(alice, talk, "oops", files=(file,))
    assert may_load(as_user(bob), file)
    services.delete_message(actor=alice, message_id=message.public_id)
    assert not may_load(as_user(bob), file)
    file.refresh_from_db()
    assert file.attached_at is None  # the purge takes it
    assert as_user(alice).delete(f"/api/v1/files/{file.public_id}/").status_code == 204


def test_who_hid_the_message_cannot_load_its_file(as_user: Any, alice: User, bob: User, talk: Conversation) -> None:
    file = make_letter_file(alice)
    message = say(alice, talk, "look", files=(file,))
    services.hide_message(actor=bob, message_id=message.public_id)
    assert not may_load(as_user(bob), file)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_file_sent_in_two_conversations_at_once_goes_in_one(alice: User, talk: Conversation) -> None:
    other = make_conversation(candidate=alice)
    file = make_letter_file(alice)
    outcomes = race(*[lambda room=room: say(alice, room, "", files=(file,)) for room in (talk, other)])
    assert {type(each) for each in outcomes} == {Message, Invalid}
    assert Attachment.objects.count() == 1

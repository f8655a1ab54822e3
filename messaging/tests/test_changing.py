"""Editing, deleting, reacting: what the other side sees of it, and what races cannot do."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.tests.racing import race
from companies.models import Company
from companies.tests.factories import make_membership
from messaging import services
from messaging.models import Conversation, Message, MessageRevision, Participant, Reaction
from messaging.tests.factories import say
from umemployed.api.errors import Invalid
from umemployed.events.models import EventRecord
from umemployed.realtime.models import Frame

URL = "/api/v1/messages/"


def frames(user: User) -> list[tuple[str, Any]]:
    """Return what a person's chat was told."""
    return list(Frame.objects.filter(user=user, socket="chat").order_by("seq").values_list("type", "data"))


def read(actor: User, talk: Conversation, seq: int) -> Conversation:
    return services.mark_read(actor=actor, conversation_id=talk.public_id, seq=seq)


# --- Editing -------------------------------------------------------------------------------------
def test_an_unread_message_is_edited_for_everybody_and_the_old_text_is_kept_from_view(
    as_user: Any, alice: User, bob: User, talk: Conversation
) -> None:
    message = say(alice, talk, "I can cmoe")
    answer = as_user(alice).patch(f"{URL}{message.public_id}/", {"body": "I can come"})
    assert (answer.status_code, answer.json()["body"], answer.json()["seq"]) == (200, "I can come", 1)
    assert answer.json()["edited_at"] is not None
    assert [kind for kind, _ in frames(bob)] == ["redacted", "message.updated"]
    assert frames(bob)[1][1] == answer.json()
    assert MessageRevision.objects.get().body == "I can cmoe"
    assert "cmoe" not in str(frames(alice)) + str(frames(bob))
    shown = as_user(bob).get(f"/api/v1/conversations/{talk.public_id}/messages/").json()
    assert shown["results"] == [answer.json()]


def test_a_message_that_was_read_stays_as_it_is(as_user: Any, alice: User, bob: User, talk: Conversation) -> None:
    message = say(alice, talk, "read")
    read(bob, talk, 1)
    answer = as_user(alice).patch(f"{URL}{message.public_id}/", {"body": "changed"})
    assert (answer.status_code, answer.json()["code"]) == (409, "message_is_read")
    message.refresh_from_db()
    assert (message.body, message.edited_at) == ("read", None)


def test_a_colleague_who_reads_is_not_the_other_side(alice: User, bob: User, acme: Company, talk: Conversation) -> None:
    message = say(bob, talk, "draft")
    read(make_membership(company=acme).user, talk, 1)
    assert services.edit_message(actor=bob, message_id=message.public_id, body="better").body == "better"
    read(alice, talk, 1)
    with pytest.raises(services.MessageIsRead):
        services.edit_message(actor=bob, message_id=message.public_id, body="best")


def test_the_same_text_changes_nothing(alice: User, bob: User, talk: Conversation) -> None:
    message = say(alice, talk, "same")
    read(bob, talk, 1)
    assert services.edit_message(actor=alice, message_id=message.public_id, body="same").edited_at is None
    assert not MessageRevision.objects.exists()


def test_nobody_edits_anothers_message_and_carol_finds_none(
    as_user: Any, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    message = say(alice, talk, "mine")
    url = f"{URL}{message.public_id}/"
    assert as_user(bob).patch(url, {"body": "yours"}).status_code == 403
    foreign = as_user(carol).patch(url, {"body": "yours"})
    missing = as_user(carol).patch(f"{URL}{uuid.uuid4()}/", {"body": "yours"})
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert Message.objects.get().body == "mine"


def test_sending_again_after_an_edit_answers_the_edited_message(alice: User, talk: Conversation) -> None:
    ident = uuid.uuid4()
    message = say(alice, talk, "first", ident)
    services.edit_message(actor=alice, message_id=message.public_id, body="second")
    assert say(alice, talk, "first", ident).body == "second"
    with pytest.raises(services.ClientMessageIdReused):
        say(alice, talk, "second", ident)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_edit_and_a_reading_never_both_win(alice: User, bob: User, talk: Conversation) -> None:
    for _ in range(15):
        say(bob, talk, "so that Alice may go on")
        message = say(alice, talk, "before")
        edited, pointer = race(
            lambda message=message: services.edit_message(actor=alice, message_id=message.public_id, body="after"),
            lambda message=message: read(bob, talk, message.seq),
        )
        assert isinstance(pointer, Conversation), pointer
        told = [kind for kind, data in frames(bob) if data.get("id") == str(message.public_id)]
        if isinstance(edited, services.MessageIsRead):
            assert told == ["message.created"]
        else:  # whoever read it after the edit was told of the edit before
            assert edited.body == "after"
            order = [kind for kind, data in frames(bob) if kind in {"message.updated", "message.read"}]
            assert order[-2:] == ["message.updated", "message.read"]


# --- Deleting ------------------------------------------------------------------------------------
def test_a_deleted_message_leaves_a_tombstone_with_its_number(
    as_user: Any, alice: User, bob: User, talk: Conversation
) -> None:
    messages = [say(alice, talk, text) for text in ("one", "oops", "three")]
    services.add_reaction(actor=bob, message_id=messages[1].public_id, emoji="👍")
    assert as_user(alice).delete(f"{URL}{messages[1].public_id}/?scope=all").status_code == 204
    shown = as_user(bob).get(f"/api/v1/conversations/{talk.public_id}/messages/").json()["results"]
    assert [(row["seq"], row["body"], row["reactions"]) for row in shown] == [
        (1, "one", []),
        (2, "", []),
        (3, "three", []),
    ]
    assert shown[1]["deleted_at"] is not None
    kind, data = frames(bob)[-1]
    assert (kind, data["scope"], data["seq"]) == ("message.deleted", "all", 2)
    assert "oops" not in str(frames(alice)) + str(frames(bob))
    assert MessageRevision.objects.get().body == "oops"
    assert EventRecord.objects.filter(topic="messaging.MessageDeleted").count() == 1
    assert as_user(bob).get(f"/api/v1/conversations/{talk.public_id}/").json()["unread_count"] == 2


def test_deleting_twice_is_deleting_once_and_a_tombstone_takes_nothing_more(
    as_user: Any, alice: User, bob: User, talk: Conversation
) -> None:
    message = say(alice, talk)
    url = f"{URL}{message.public_id}/"
    for _ in range(2):
        assert as_user(alice).delete(f"{url}?scope=all").status_code == 204
    assert [kind for kind, _ in frames(bob)].count("message.deleted") == 1
    assert as_user(alice).patch(url, {"body": "again"}).json()["code"] == "message_is_deleted"
    assert as_user(bob).post(f"{url}reactions/", {"emoji": "👍"}).json()["code"] == "message_is_deleted"


def test_after_the_window_one_deletes_only_for_oneself(
    as_user: Any, alice: User, bob: User, talk: Conversation, settings: Any
) -> None:
    message = say(alice, talk, "stays for Bob")
    Message.objects.update(created_at=timezone.now() - settings.MESSAGE_DELETE_WINDOW - timedelta(seconds=1))
    late = as_user(alice).delete(f"{URL}{message.public_id}/?scope=all")
    assert (late.status_code, late.json()["code"]) == (409, "too_late_to_delete")
    assert as_user(alice).delete(f"{URL}{message.public_id}/").status_code == 204
    list_url = f"/api/v1/conversations/{talk.public_id}/messages/"
    assert as_user(alice).get(list_url).json()["results"] == []
    assert as_user(alice).get(f"/api/v1/conversations/{talk.public_id}/").json()["last_message"] is None
    assert as_user(alice).get(f"{URL}{message.public_id}/").status_code == 404
    (kept,) = as_user(bob).get(list_url).json()["results"]
    assert kept["body"] == "stays for Bob"
    assert frames(alice)[-1][1]["scope"] == "me"
    assert "message.deleted" not in [kind for kind, _ in frames(bob)]


def test_what_one_hid_is_not_unread(alice: User, bob: User, talk: Conversation) -> None:
    message = say(bob, talk)
    say(bob, talk)
    services.hide_message(actor=alice, message_id=message.public_id)
    assert services.unread_totals(alice) == (1, 0)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_deletion_and_a_reading_leave_exact_counts(alice: User, bob: User, talk: Conversation) -> None:
    for _ in range(10):
        say(bob, talk, "so that Alice may go on")
        message = say(alice, talk)
        outcomes = race(
            lambda message=message: services.delete_message(actor=alice, message_id=message.public_id),
            lambda message=message: read(bob, talk, message.seq),
            lambda message=message: services.add_reaction(actor=bob, message_id=message.public_id, emoji="👍"),
        )
        assert outcomes[0] is None
        assert isinstance(outcomes[1], Conversation)
        assert isinstance(outcomes[2], Message | services.MessageIsDeleted)
        assert services.unread_totals(bob) == (0, 0)
        message.refresh_from_db()
        assert message.is_deleted()
        assert not message.reactions.exists()


# --- Reacting ------------------------------------------------------------------------------------
def test_people_react_once_per_emoji_and_take_it_back(as_user: Any, alice: User, bob: User, talk: Conversation) -> None:
    message = say(alice, talk)
    url = f"{URL}{message.public_id}/reactions/"
    as_user(alice).post(url, {"emoji": "👍"})
    for spelling in ("❤", "❤️"):  # one heart, with and without its selector
        answer = as_user(bob).post(url, {"emoji": spelling})
        assert answer.status_code == 200
    assert answer.json()["reactions"] == [
        {"emoji": "👍", "people": [str(alice.public_id)]},
        {"emoji": "❤️", "people": [str(bob.public_id)]},
    ]
    kind, data = frames(alice)[-1]
    assert (kind, data["emoji"], data["is_added"], len(data["reactions"])) == ("message.reacted", "❤️", True, 2)
    gone = as_user(bob).delete(f"{url}?emoji=❤️")
    assert [row["emoji"] for row in gone.json()["reactions"]] == ["👍"]
    again = as_user(bob).delete(f"{url}?emoji=❤️")
    assert again.json() == gone.json()
    assert [kind for kind, _ in frames(alice)].count("message.reacted") == 3


@pytest.mark.parametrize("emoji", ["👍🏿", "👩‍❤️‍💋‍👨", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "🇨🇲", "1️⃣"])
def test_every_emoji_of_unicode_is_one_reaction(alice: User, talk: Conversation, emoji: str) -> None:
    message = say(alice, talk)
    services.add_reaction(actor=alice, message_id=message.public_id, emoji=emoji)
    assert Reaction.objects.get().emoji == emoji


@pytest.mark.parametrize("text", ["a", "👍👍", "👍 ", "<b>", "\ufe0f", "🇨", "👍a", "😀\u200d", "1"])
def test_anything_else_is_none(alice: User, talk: Conversation, text: str) -> None:
    message = say(alice, talk)
    with pytest.raises(Invalid):
        services.add_reaction(actor=alice, message_id=message.public_id, emoji=text)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_reactions_are_bounded_and_never_doubled(
    alice: User, bob: User, talk: Conversation, settings: Any
) -> None:
    settings.MESSAGE_REACTIONS = 3
    message = say(alice, talk)
    faces = ["😀", "😃", "😄", "😁", "😆", "😅"]
    outcomes = race(
        *[
            lambda actor=actor, face=face: services.add_reaction(actor=actor, message_id=message.public_id, emoji=face)
            for face in faces
            for actor in (alice, bob, bob)
        ]
    )
    assert all(isinstance(each, Message | services.TooManyReactions) for each in outcomes)
    rows = list(Reaction.objects.values_list("user", "emoji"))
    assert len(rows) == len(set(rows))
    assert len({emoji for _, emoji in rows}) == 3


def test_pointers_of_people_are_listed_with_their_side(
    as_user: Any, alice: User, bob: User, talk: Conversation
) -> None:
    say(alice, talk)
    read(bob, talk, 1)
    rows = as_user(alice).get(f"/api/v1/conversations/{talk.public_id}/participants/").json()["results"]
    assert [(row["name"], row["side"], row["last_read_seq"]) for row in rows] == [
        ("Alice Ndongo", "candidate", 0),
        ("Bob Fotso", "company", 1),
    ]
    assert Participant.objects.count() == 1

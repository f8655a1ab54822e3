from __future__ import annotations

import threading
from typing import Any

import jsonschema
import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from rest_framework import serializers

from umemployed.realtime import push, stream
from umemployed.realtime.frames import EVENTS, UnknownFrame, declare
from umemployed.realtime.models import Frame, Stream


class NoteSerializer(serializers.Serializer):
    text = serializers.CharField()


@pytest.fixture(autouse=True)
def test_socket() -> Any:
    """A socket of the tests' own, with one durable and one ephemeral frame."""
    declare("test", "note", NoteSerializer)
    declare("test", "breath", NoteSerializer, durable=False)
    yield
    for key in [key for key in EVENTS if key[0] == "test"]:
        del EVENTS[key]


@pytest.fixture
def people(db: None) -> list[Any]:
    return [get_user_model().objects.create_user(f"p{n}@example.com") for n in range(4)]


def seqs(user: Any) -> list[int]:
    return list(Frame.objects.filter(user=user, socket="test").order_by("seq").values_list("seq", flat=True))


def test_each_person_has_an_own_unbroken_numbering(people: list[Any]) -> None:
    one, two, *_ = people
    stream.emit("test", [one.pk, two.pk], "note", {"text": "a"})
    stream.emit("test", [two.pk], "note", {"text": "b"})
    assert (seqs(one), seqs(two)) == ([1], [1, 2])


def test_a_person_named_twice_is_told_once(people: list[Any]) -> None:
    stream.emit("test", [people[0].pk, people[0].pk], "note", {"text": "a"})
    assert seqs(people[0]) == [1]


def test_telling_many_people_is_one_statement(people: list[Any], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        stream.emit("test", [p.pk for p in people], "note", {"text": "a"})


def test_several_frames_at_once_are_numbered_in_their_order(people: list[Any], django_assert_num_queries: Any) -> None:
    one, two, *_ = people
    stream.emit("test", [two.pk], "note", {"text": "before"})
    with django_assert_num_queries(1):
        stream.emit_all(
            "test",
            "note",
            [
                stream.Telling([two.pk, one.pk], {"text": "a"}, "first"),
                stream.Telling([], {"text": "nobody"}),
                stream.Telling([two.pk], {"text": "b"}, "second"),
                stream.Telling([one.pk, two.pk], {"text": "c"}),
            ],
        )
    rows = Frame.objects.filter(socket="test").order_by("seq").values_list("user_id", "seq", "data__text", "scope")
    assert [row[1:] for row in rows if row[0] == one.pk] == [(1, "a", "first"), (2, "c", "")]
    assert [row[1:] for row in rows if row[0] == two.pk] == [
        (1, "before", ""),
        (2, "a", "first"),
        (3, "b", "second"),
        (4, "c", ""),
    ]
    assert stream.position("test", two.pk)[0] == 4


def test_what_travels_is_read_back_and_not_by_who_said_it(monkeypatch: Any) -> None:
    notes = [push.Note("test", '"type":"note\u2028é"}', [(7, 1), (8, None)])]
    packed = push.pack(notes)
    monkeypatch.setattr(push._house, "name", "another process")
    ((socket, tail, people),) = push.unpack(packed)
    assert (socket, tail, [tuple(each) for each in people]) == notes[0]
    assert push.unpack(push.pack(notes)) == []


def test_each_person_may_be_told_something_else(people: list[Any]) -> None:
    stream.emit_each("test", "note", {people[0].pk: {"text": "zero"}, people[1].pk: {"text": "one"}})
    assert '"text":"one"' in stream.frames_after("test", people[1].pk, 0, limit=10)[0].text


def test_a_rollback_leaves_no_gap(people: list[Any]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        stream.emit("test", [people[0].pk], "note", {"text": "a"})
        raise ZeroDivisionError
    stream.emit("test", [people[0].pk], "note", {"text": "b"})
    assert seqs(people[0]) == [1]


def test_undeclared_types_and_wrong_durability_are_refused(people: list[Any]) -> None:
    for wrong in ("nothing", "breath"):
        with pytest.raises(UnknownFrame):
            stream.emit("test", [people[0].pk], wrong, {"text": "a"})
    with pytest.raises(UnknownFrame):
        stream.whisper("test", [people[0].pk], "note", {"text": "a"})


@pytest.mark.parametrize("data", [{}, {"text": 1}, {"text": "a", "more": 1}])
def test_data_that_are_not_as_declared_are_refused(people: list[Any], data: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        stream.emit("test", [people[0].pk], "note", data)


def test_redacted_frames_keep_their_number_and_lose_their_words(people: list[Any]) -> None:
    stream.emit("test", [people[0].pk, people[1].pk], "note", {"text": "secret"}, scope="thing:1")
    assert stream.redact("thing:1", user_ids=[people[0].pk]) == 1
    assert "secret" not in stream.frames_after("test", people[0].pk, 0, limit=9)[0].text
    assert "secret" in stream.frames_after("test", people[1].pk, 0, limit=9)[0].text
    assert seqs(people[0]) == [1]


def test_cutting_access_starts_a_new_epoch_even_before_the_first_frame(people: list[Any]) -> None:
    stream.cut([people[0].pk], ["test"])
    stream.cut([people[0].pk], ["test"])
    assert stream.positions([(people[0].pk, "test"), (people[1].pk, "test")]) == {(people[0].pk, "test"): (0, 2)}


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_emitted() -> None:
    with pytest.raises(RuntimeError):
        stream.emit("test", [1], "note", {"text": "a"})


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_emits_to_overlapping_people_neither_deadlock_nor_leave_gaps() -> None:
    ids = [get_user_model().objects.create_user(f"r{n}@example.com").pk for n in range(6)]
    failures: list[BaseException] = []

    def emit_many(offset: int) -> None:
        try:
            for n in range(25):
                order = ids[n % 6 :] + ids[: n % 6]
                with transaction.atomic():
                    stream.emit("test", order[:4] if offset % 2 else reversed(order), "note", {"text": "x"})
        except Exception as error:  # noqa: BLE001 - reported by the assertion below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=emit_many, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for stream_row in Stream.objects.filter(socket="test"):
        numbers = list(Frame.objects.filter(user=stream_row.user_id).order_by("seq").values_list("seq", flat=True))
        assert numbers == list(range(1, stream_row.last_seq + 1))

"""Each fact is told once, to those whom it concerns, as they chose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import make_user
from notifications.digests import post_digests
from notifications.kinds import KINDS
from notifications.models import Mail, MailMode, MailStatus, Notification
from notifications.preferences import set_preferences
from notifications.services import mark_all_read, mark_read, notify
from notifications.tests.factories import make_notification, make_preference
from umemployed.api.errors import NotFound
from umemployed.api.ids import new_public_id
from umemployed.events.log import Meta
from umemployed.realtime.models import Frame


def meta_of(actor: User | None = None) -> Meta:
    return Meta(
        event_id=1,
        public_id=str(new_public_id()),
        aggregate="test",
        actor_id=actor.pk if actor else None,
        request_id="",
        occurred_at=timezone.now(),
    )


def tell(recipients: list[User], meta: Meta | None = None, **overrides: Any) -> list[Notification]:
    fields: dict[str, Any] = {
        "kind": "application_received",
        "recipient_ids": [person.pk for person in recipients],
        "meta": meta or meta_of(),
        "group": "job:1",
        "data": {"job": "Nurse"},
        "mail_context": {"application_id": 1},
        **overrides,
    }
    return notify(**fields)


def frames_of(user: User) -> list[tuple[str, dict[str, Any]]]:
    return list(
        Frame.objects.filter(user_id=user.pk, socket="notifications").order_by("seq").values_list("type", "data")
    )


def test_each_recipient_gets_a_row_a_frame_and_a_mail(alice: User, bob: User) -> None:
    tell([alice, bob])
    for person in (alice, bob):
        assert Notification.objects.get(recipient=person).data == {"job": "Nurse"}
        assert Mail.objects.get(recipient=person).kind == "application_received"
        ((kind, data),) = frames_of(person)
        assert kind == "notification.created"
        assert data["unread_count"] == 1
        assert data["notification"]["text"] == "Somebody applied for Nurse."


def test_the_same_event_twice_is_told_once(alice: User) -> None:
    meta = meta_of()
    tell([alice], meta)
    tell([alice], meta)
    assert Notification.objects.count() == Mail.objects.count() == len(frames_of(alice)) == 1


def test_nobody_is_told_of_an_own_act(alice: User, bob: User) -> None:
    tell([alice, bob], meta_of(actor=alice))
    assert list(Notification.objects.values_list("recipient", flat=True)) == [bob.pk]
    assert list(Mail.objects.values_list("recipient", flat=True)) == [bob.pk]


def test_the_suspended_are_not_told(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    tell([alice])
    assert not Notification.objects.exists()


def test_telling_two_or_twenty_costs_the_same_but_for_the_mails(django_assert_num_queries, db: None) -> None:
    for count in (2, 20):
        people = [make_user() for _ in range(count)]
        with django_assert_num_queries(11):
            tell(people, can_be_mailed=False)


@pytest.mark.parametrize(
    ("in_app", "mail", "shown", "mailed", "put_off"),
    [
        (True, MailMode.NOW, True, True, False),
        (True, MailMode.DIGEST, True, False, True),
        (True, MailMode.OFF, True, False, False),
        (False, MailMode.NOW, False, True, False),
        (False, MailMode.DIGEST, False, False, True),
        (False, MailMode.OFF, False, False, False),
    ],
)
def test_a_preference_rules_each_channel(
    alice: User, in_app: bool, mail: str, shown: bool, mailed: bool, put_off: bool
) -> None:
    make_preference(user=alice, kind="application_received", in_app=in_app, mail=mail)
    tell([alice])
    assert Notification.objects.for_user(alice).exists() is shown
    assert bool(frames_of(alice)) is shown
    assert Mail.objects.exists() is mailed
    assert Notification.objects.filter(awaits_digest=True).exists() is put_off


def test_what_was_put_off_goes_out_once_in_one_mail(alice: User) -> None:
    make_preference(user=alice, kind="application_received", mail=MailMode.DIGEST)
    rows = tell([alice]) + tell([alice])
    tomorrow = timezone.now() + timedelta(days=1)
    assert post_digests() == 0, "its hour has not come"
    assert post_digests(now=tomorrow) == 1
    assert post_digests(now=tomorrow) == 0
    mail = Mail.objects.get()
    assert (mail.kind, mail.queue, mail.status) == ("digest", "bulk", MailStatus.QUEUED)
    assert mail.context == {"notification_ids": [row.pk for row in rows]}


def test_several_events_can_share_one_mail(alice: User) -> None:
    tell([alice], mail_facts={alice.pk: "conversation:1:0"}, mail_delay=timedelta(minutes=2))
    tell([alice], mail_facts={alice.pk: "conversation:1:0"}, mail_delay=timedelta(minutes=2))
    assert Notification.objects.count() == 2
    mail = Mail.objects.get()
    assert mail.due_at > timezone.now() + timedelta(minutes=1)
    assert mail.handed_over_at is None


def test_reading_is_told_to_the_other_devices_once(alice: User) -> None:
    news = make_notification(recipient=alice)
    first = mark_read(actor=alice, public_id=news.public_id).read_at
    assert first is not None
    assert mark_read(actor=alice, public_id=news.public_id).read_at == first
    assert frames_of(alice) == [
        (
            "notification.read",
            {"ids": [str(news.public_id)], "all": False, "up_to": None, "group": None, "unread_count": 0},
        ),
    ]


def test_carol_cannot_read_what_is_not_hers(alice: User, carol: User) -> None:
    news = make_notification(recipient=alice)
    with pytest.raises(NotFound):
        mark_read(actor=carol, public_id=news.public_id)
    news.refresh_from_db()
    assert news.read_at is None


def test_what_came_after_the_newest_seen_stays_unread(alice: User, carol: User) -> None:
    seen, fresh, foreign = make_notification(recipient=alice), make_notification(recipient=alice), make_notification()
    assert mark_all_read(actor=alice, up_to=seen.public_id) == 1
    fresh.refresh_from_db()
    foreign.refresh_from_db()
    assert fresh.read_at is foreign.read_at is None
    assert mark_all_read(actor=alice) == 1
    assert mark_all_read(actor=alice) == 0
    assert [data["unread_count"] for _, data in frames_of(alice)] == [1, 0]
    with pytest.raises(NotFound):
        mark_all_read(actor=carol, up_to=seen.public_id)


def test_what_is_left_out_of_a_choice_keeps_its_value(alice: User) -> None:
    set_preferences(actor=alice, choices=[{"kind": "message_received", "mail": MailMode.OFF}])
    set_preferences(actor=alice, choices=[{"kind": "message_received", "in_app": False}])
    row = alice.notification_preferences.get()
    assert (row.in_app, row.mail) == (False, MailMode.OFF)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_sentences_that_its_data_fill(alice: User, kind: str) -> None:
    data = {"job": "Nurse", "company": "Acme", "progress": "in_review", "role": "admin", "job_role": "manager"}
    for _ in range(2):
        tell([alice], kind=kind, data=data)
    for _, frame in frames_of(alice):
        for text in (frame["notification"]["text"], frame["notification"]["line_text"]):
            assert text
            assert "%" not in text

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.authentication import session_of
from accounts.links import digest_of
from accounts.models import RefreshToken, Session, User
from accounts.services import BadCredentials, BadRefreshToken, end_own_session, refresh_session, sign_in, sign_out
from accounts.services.sessions import MfaRequired, successor_of
from accounts.tests.factories import PASSWORD, make_session, make_user
from accounts.tests.racing import race
from accounts.tokens import BadToken
from umemployed.api.errors import ApiError, NotFound
from umemployed.audit.models import AuditEntry
from umemployed.events.models import EventRecord


def age_tokens(seconds: int) -> None:
    """Move every refresh that happened into the past, by the database's clock."""
    RefreshToken.objects.exclude(consumed_at=None).update(consumed_at=F("consumed_at") - timedelta(seconds=seconds))


def enter(user: User) -> str:
    return sign_in(email=user.email, password=PASSWORD, device="Firefox").refresh


def test_signing_in_opens_a_session_that_its_access_token_names(alice: User) -> None:
    pair = sign_in(email=" Alice@Example.com ", password=PASSWORD, device="x" * 1000)
    assert session_of(pair.access) == pair.session
    assert (pair.session.user, len(pair.session.device)) == (alice, 256)
    assert AuditEntry.objects.filter(action="session:started", actor=alice).count() == 1


def test_no_refresh_token_rests_in_the_table(alice: User) -> None:
    token = enter(alice)
    kept = RefreshToken.objects.values_list("digest", flat=True).get()
    assert kept == digest_of(token) != token


@pytest.mark.parametrize("email", ["alice@example.com", "idle@example.com", "nobody@example.com"])
def test_a_wrong_password_a_suspended_person_and_an_unknown_address_are_refused_alike(alice: User, email: str) -> None:
    make_user(email="idle@example.com", is_active=False)
    password = PASSWORD if email.startswith("idle") else "something else 1"
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        pytest.raises(BadCredentials) as refused,
    ):
        sign_in(email=email, password=password, device="")
    assert str(refused.value) == str(BadCredentials())
    assert len(queries) == 4  # one read; savepoint, audit entry, release: the same for all three
    assert Session.objects.count() == 0
    assert AuditEntry.objects.filter(action="session:refused").count() == 1


def test_a_refresh_gives_the_successor_and_marks_the_session_seen(alice: User) -> None:
    first = enter(alice)
    Session.objects.update(last_seen_at=timezone.now() - timedelta(days=1))
    pair = refresh_session(token=first)
    assert pair.refresh == successor_of(first) != first
    assert session_of(pair.access).user == alice
    assert Session.objects.get().last_seen_at > timezone.now() - timedelta(minutes=1)
    assert refresh_session(token=pair.refresh).refresh == successor_of(pair.refresh)


def test_the_same_token_within_the_grace_is_answered_with_the_very_same_pair(alice: User) -> None:
    token = enter(alice)
    first, again = refresh_session(token=token), refresh_session(token=token)
    assert (again.access, again.refresh) == (first.access, first.refresh)
    assert RefreshToken.objects.count() == 2


def test_a_replay_after_the_grace_ends_the_session_and_tells_it_once(alice: User) -> None:
    token = enter(alice)
    pair = refresh_session(token=token)
    age_tokens(11)
    for _ in range(2):
        with pytest.raises(BadRefreshToken):
            refresh_session(token=token)
    assert Session.objects.get().revoked_reason == Session.EndReason.REPLAYED
    assert EventRecord.objects.filter(topic="accounts.RefreshTokenReplayed").count() == 1
    with pytest.raises(BadRefreshToken):
        refresh_session(token=pair.refresh)
    with pytest.raises(BadToken):
        session_of(pair.access)


def test_refreshing_does_not_outlive_the_absolute_end(alice: User) -> None:
    token = enter(alice)
    pair = refresh_session(token=token)
    assert Session.objects.get().expires_at - Session.objects.get().created_at < timedelta(days=30, minutes=1)
    Session.objects.update(expires_at=timezone.now())
    for dead in (token, pair.refresh):
        with pytest.raises(BadRefreshToken):
            refresh_session(token=dead)


@pytest.mark.parametrize("token", ["", "umr_x", "\ud800", "\x00", "x" * 100_000])
def test_what_is_not_a_refresh_token_is_refused(alice: User, token: str) -> None:
    with pytest.raises(BadRefreshToken):
        refresh_session(token=token)


def test_signing_out_ends_this_session_only(alice: User) -> None:
    here, there = enter(alice), enter(alice)
    sign_out(actor=alice, session=Session.objects.order_by("pk")[0])
    with pytest.raises(BadRefreshToken):
        refresh_session(token=here)
    assert refresh_session(token=there).session.revoked_at is None


def test_carol_cannot_end_the_session_of_alice(alice: User, carol: User) -> None:
    session = make_session(user=alice)
    with pytest.raises(NotFound):
        end_own_session(actor=carol, session_id=session.public_id)
    session.refresh_from_db()
    assert session.revoked_at is None
    end_own_session(actor=alice, session_id=session.public_id)
    with pytest.raises(NotFound):
        end_own_session(actor=alice, session_id=session.public_id)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_number", range(4))
def test_fifty_refreshes_of_one_token_leave_one_live_tip(round_number: int) -> None:
    token = enter(make_user())
    pairs = race(*[lambda: refresh_session(token=token)] * 50)
    assert {(pair.access, pair.refresh) for pair in pairs} == {(pairs[0].access, successor_of(token))}
    assert RefreshToken.objects.filter(consumed_at=None).count() == 1
    assert RefreshToken.objects.count() == 2
    assert refresh_session(token=pairs[0].refresh).session.revoked_at is None


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_fifty_replays_after_the_grace_end_the_session_once() -> None:
    token = enter(make_user())
    refresh_session(token=token)
    age_tokens(11)
    results = race(*[lambda: refresh_session(token=token)] * 50)
    assert {type(result) for result in results} == {BadRefreshToken}
    assert EventRecord.objects.filter(topic="accounts.RefreshTokenReplayed").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_signing_out_while_refreshing_leaves_nothing_that_works() -> None:
    alice = make_user()
    for _ in range(10):
        token = enter(alice)
        session = Session.objects.latest("pk")
        refreshed, _out = race(
            lambda token=token: refresh_session(token=token),
            lambda session=session: sign_out(actor=alice, session=session),
        )
        for left in (token, successor_of(token)):
            with pytest.raises(BadRefreshToken):
                refresh_session(token=left)
        assert isinstance(refreshed, BadRefreshToken) or session.public_id == refreshed.session.public_id


def wait_for_a_lock() -> None:
    """Wait until another connection of this database waits for a row that we hold."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees one picture until it asks anew
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    pytest.fail("Nobody waited for the lock.")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["reset", "suspended", "second step"])
def test_who_was_giving_the_old_password_when_it_ended_does_not_slip_in(alice: User, what: str) -> None:
    """The password was right when it was looked at; the sessions had ended by the time one was opened."""
    results: list[object] = []

    def stranger() -> None:
        try:
            results.append(sign_in(email=alice.email, password=PASSWORD, device="Thief"))
        except ApiError as error:
            results.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=stranger)
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=alice.pk)
        thread.start()
        wait_for_a_lock()
        if what == "reset":
            user.set_password("quite another battery")
        elif what == "suspended":
            user.is_active = False
        else:
            user.mfa_enabled_at = timezone.now()
        user.save()
    thread.join(timeout=30)
    (result,) = results
    assert isinstance(result, MfaRequired if what == "second step" else BadCredentials)
    assert not Session.objects.exists()

import pytest
from django.utils import timezone

from accounts.authentication import session_of
from accounts.models import Session, User
from accounts.tests.factories import make_session
from accounts.tokens import BadToken, make_access_token


def token_of(session: Session) -> str:
    return make_access_token(session, issued_at=timezone.now())


def test_a_token_names_its_session_in_one_query(alice: User, django_assert_num_queries) -> None:
    session = make_session(user=alice)
    with django_assert_num_queries(1):
        found = session_of(token_of(session))
        assert (found, found.user) == (session, alice)


@pytest.mark.parametrize(
    "ended",
    [
        {"revoked_at": timezone.now(), "revoked_reason": Session.EndReason.SIGNED_OUT},
        {"expires_at": timezone.now()},
    ],
)
def test_a_session_that_ended_authenticates_nobody(alice: User, ended: dict) -> None:
    session = make_session(user=alice)
    Session.objects.filter(pk=session.pk).update(**ended)
    with pytest.raises(BadToken):
        session_of(token_of(session))


def test_a_suspended_person_is_nobody(alice: User) -> None:
    session = make_session(user=alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    with pytest.raises(BadToken):
        session_of(token_of(session))

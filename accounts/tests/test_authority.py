import pytest
from django.utils import timezone

from accounts.authority import Principal, authenticate_token, standing
from accounts.models import User
from accounts.services import sign_out, suspend_user
from accounts.tests.factories import make_session
from accounts.tokens import make_access_token
from umemployed.api.errors import Forbidden, Unauthenticated


def test_a_token_names_a_principal_until_its_session_ends(alice: User) -> None:
    session = make_session(user=alice)
    token = make_access_token(session, issued_at=timezone.now())
    assert authenticate_token(token) == Principal(alice.pk, str(session.public_id))
    sign_out(actor=alice, session=session)
    with pytest.raises(Unauthenticated):
        authenticate_token(token)


def test_who_still_stands_is_one_query(
    alice: User, bob: User, carol: User, dana: User, django_assert_num_queries
) -> None:
    sessions = {user: make_session(user=user) for user in (alice, bob, carol)}
    principals = {user: Principal(user.pk, str(session.public_id)) for user, session in sessions.items()}
    sign_out(actor=alice, session=sessions[alice])
    suspend_user(actor=dana, user_id=carol.pk)
    crossed = Principal(bob.pk, principals[carol].session_id)
    with django_assert_num_queries(1):
        assert standing([*principals.values(), crossed]) == {principals[bob]}


def test_only_other_staff_suspends(alice: User, carol: User, dana: User) -> None:
    for actor, target in ((carol, alice), (dana, dana)):
        with pytest.raises(Forbidden):
            suspend_user(actor=actor, user_id=target.pk)
    assert User.objects.filter(is_active=True).count() == 3

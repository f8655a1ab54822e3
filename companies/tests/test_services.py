from __future__ import annotations

import pytest

from accounts.models import User
from accounts.tests.factories import make_user
from accounts.tests.racing import race
from companies.models import Company, Invitation, Membership, Role
from companies.rights import Right, companies_where
from companies.services import (
    AlreadyMember,
    InvitationOver,
    LastOwner,
    accept_invitation,
    change_role,
    create_company,
    invite_member,
    remove_member,
    transfer_ownership,
)
from companies.tests.factories import make_company, make_invitation, make_membership, secret_from
from umemployed.api.errors import Forbidden, NotFound
from umemployed.audit.models import AuditEntry
from umemployed.events.models import EventRecord


def owner_of(company: Company) -> Membership:
    return company.memberships.select_related("user").get(role=Role.OWNER)


def facts() -> list[str]:
    return [topic.partition(".")[2] for topic in EventRecord.objects.order_by("pk").values_list("topic", flat=True)]


def test_whoever_founds_a_company_owns_it(alice: User) -> None:
    company = create_company(actor=alice, name="Société Générale d'Énergie")
    assert company.slug == "societe-generale-denergie"
    assert owner_of(company).user == alice
    assert facts() == ["CompanyCreated"]


def test_companies_of_one_name_get_slugs_of_their_own(alice: User) -> None:
    slugs = {create_company(actor=alice, name=name).slug for name in ("Acme", "Acme", "公司", "公司", "x" * 120)}
    assert len(slugs) == 5


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("target", Role)
@pytest.mark.parametrize("wanted", Role)
def test_who_may_give_which_role(role: Role, target: Role, wanted: Role) -> None:
    company = make_company()
    actor = make_membership(company=company, role=role)
    member = make_membership(company=company, role=target)
    may = role == Role.OWNER or (role == Role.ADMIN and Role.OWNER not in {target, wanted})
    if may:
        assert change_role(actor=actor.user, membership_id=member.pk, role=wanted).role == wanted
    else:
        with pytest.raises(Forbidden):
            change_role(actor=actor.user, membership_id=member.pk, role=wanted)
    member.refresh_from_db()
    assert member.role == (wanted if may else target)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("target", Role)
def test_who_may_remove_whom(role: Role, target: Role) -> None:
    company = make_company()
    actor = make_membership(company=company, role=role)
    member = make_membership(company=company, role=target)
    may = role == Role.OWNER or (role == Role.ADMIN and target != Role.OWNER)
    if may:
        remove_member(actor=actor.user, membership_id=member.pk)
    else:
        with pytest.raises(Forbidden):
            remove_member(actor=actor.user, membership_id=member.pk)
    assert Membership.objects.filter(pk=member.pk).exists() is not may


def test_the_last_owner_neither_leaves_nor_steps_down(bob: User, acme: Company) -> None:
    mine = owner_of(acme)
    make_membership(company=acme, role=Role.OWNER, user=make_user(is_active=False))
    with pytest.raises(LastOwner):
        remove_member(actor=bob, membership_id=mine.pk)
    with pytest.raises(LastOwner):
        change_role(actor=bob, membership_id=mine.pk, role=Role.ADMIN)
    assert owner_of(make_company(owner=bob)).user == bob
    assert Membership.objects.get(pk=mine.pk).role == Role.OWNER


def test_every_other_member_may_leave(acme: Company) -> None:
    for role in Role:
        member = make_membership(company=acme, role=role)
        remove_member(actor=member.user, membership_id=member.pk)
    assert acme.memberships.count() == 1


def test_ownership_passes_to_a_member_and_the_giver_stays_as_admin(bob: User, acme: Company) -> None:
    heir = make_membership(company=acme)
    transfer_ownership(actor=bob, company_id=acme.pk, membership_id=heir.pk)
    assert dict(acme.memberships.values_list("user_id", "role")) == {bob.pk: "admin", heir.user_id: "owner"}
    with pytest.raises(Forbidden):
        transfer_ownership(actor=bob, company_id=acme.pk, membership_id=heir.pk)
    assert facts() == ["OwnershipTransferred"]


def test_ownership_does_not_pass_to_a_stranger(bob: User, carol: User, acme: Company, globex: Company) -> None:
    for stranger in (owner_of(globex).pk, 0):
        with pytest.raises(NotFound):
            transfer_ownership(actor=bob, company_id=acme.pk, membership_id=stranger)
    with pytest.raises(NotFound):
        transfer_ownership(actor=carol, company_id=acme.pk, membership_id=owner_of(acme).pk)


def test_a_removed_member_has_no_right_and_no_open_invitation_left(bob: User, acme: Company) -> None:
    admin = make_membership(company=acme, role=Role.ADMIN)
    backdoor = invite_member(actor=admin.user, company_id=acme.pk, email="alt@example.com", role=Role.ADMIN)
    remove_member(actor=bob, membership_id=admin.pk)
    assert not companies_where(admin.user, Right.VIEW_APPLICATIONS).exists()
    with pytest.raises(InvitationOver):
        accept_invitation(actor=make_user(email="alt@example.com"), token=secret_from(backdoor))
    assert facts() == ["InvitationSent", "MemberRemoved"]
    assert AuditEntry.objects.filter(action="membership:ended", actor=bob).count() == 1


def test_a_second_invitation_replaces_the_first(bob: User, acme: Company) -> None:
    first, second = (
        invite_member(actor=bob, company_id=acme.pk, email=email, role=Role.RECRUITER)
        for email in ("erin@example.com", "Erin@Example.com ")
    )
    erin = make_user(email="erin@example.com")
    with pytest.raises(InvitationOver):
        accept_invitation(actor=erin, token=secret_from(first))
    assert accept_invitation(actor=erin, token=secret_from(second)).role == Role.RECRUITER
    with pytest.raises(AlreadyMember):
        invite_member(actor=bob, company_id=acme.pk, email=erin.email, role=Role.ADMIN)


def test_nobody_is_invited_to_own(bob: User, acme: Company) -> None:
    with pytest.raises(Forbidden):
        invite_member(actor=bob, company_id=acme.pk, email="erin@example.com", role=Role.OWNER)
    assert not Invitation.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_owners_who_demote_each_other_leave_one() -> None:
    for _ in range(50):
        first = make_membership(role=Role.OWNER)
        Membership.objects.exclude(pk=first.pk).filter(company=first.company).delete()
        second = make_membership(company=first.company, role=Role.OWNER)
        results = race(
            lambda one=first, two=second: change_role(actor=one.user, membership_id=two.pk, role=Role.RECRUITER),
            lambda one=first, two=second: change_role(actor=two.user, membership_id=one.pk, role=Role.RECRUITER),
        )
        assert sorted(type(result).__name__ for result in results) == ["Forbidden", "Membership"]
        assert first.company.memberships.filter(role=Role.OWNER).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_once_leave_one() -> None:
    for _ in range(20):
        company = make_company()
        owners = [owner_of(company), make_membership(company=company, role=Role.OWNER)]
        results = race(*[lambda one=one: remove_member(actor=one.user, membership_id=one.pk) for one in owners])
        assert sorted(type(result).__name__ for result in results) == ["LastOwner", "NoneType"]
        assert company.memberships.get().role == Role.OWNER


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_twenty_acceptances_one_succeeds() -> None:
    invitation = make_invitation()
    erin = make_user(email=invitation.email)
    results = race(*[lambda: accept_invitation(actor=erin, token=secret_from(invitation))] * 20)
    assert sum(isinstance(result, InvitationOver) for result in results) == 19
    assert Membership.objects.filter(user=erin).count() == 1

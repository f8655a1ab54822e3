import pytest

from accounts.models import User
from accounts.tests.factories import make_user
from companies.models import Company, Membership, Role
from companies.rights import RIGHTS, Right, companies_where, members_with, require
from companies.tests.factories import make_company, make_membership
from umemployed.api.errors import Forbidden, NotFound

M = {
    Role.OWNER: "11111111",
    Role.ADMIN: "11111111",
    Role.RECRUITER: "00111100",
    Role.HIRING_MANAGER: "00011100",
    Role.INTERVIEWER: "00000000",
}
MATRIX = [(role, right, M[role][index] == "1") for role in Role for index, right in enumerate(Right)]


def test_the_table_names_every_role() -> None:
    assert set(RIGHTS) == set(Role)


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "right", "may"), MATRIX)
def test_role_by_right(role: Role, right: Right, may: bool) -> None:
    member = make_membership(role=role)
    held = list(companies_where(member.user, right))
    told = members_with(member.company_id, right)
    assert (member.company_id in held, member.user_id in told) == (may, may)
    if may:
        assert require(member.user, member.company_id, right) == member
    else:
        with pytest.raises(Forbidden):
            require(member.user, member.company_id, right)


def test_a_foreign_company_is_as_missing_as_one_that_does_not_exist(carol: User, acme: Company) -> None:
    for company_id in (acme.pk, 0):
        with pytest.raises(NotFound):
            require(carol, company_id, Right.VIEW_APPLICATIONS)


@pytest.mark.django_db
def test_rights_end_with_the_membership() -> None:
    member = make_membership()
    Membership.objects.filter(pk=member.pk).delete()
    with pytest.raises(NotFound):
        require(member.user, member.company_id, Right.POST_JOBS)
    assert list(companies_where(member.user, Right.POST_JOBS)) == []


@pytest.mark.django_db
def test_a_suspended_member_is_told_nothing() -> None:
    company = make_company()
    idle = make_membership(company=company, user=make_user(is_active=False))
    assert idle.user_id not in members_with(company.pk, Right.VIEW_APPLICATIONS)

"""What conversations do when something happens below."""

from __future__ import annotations

from companies.events import MemberRemoved, MemberRoleChanged
from companies.models import Membership, Role
from companies.rights import RIGHTS, Right
from messaging.services import forget_company
from umemployed.events.log import Meta, on


@on(MemberRemoved)
def cut_a_former_member(event: MemberRemoved, meta: Meta) -> None:
    """Close the chat of somebody who left, and blank what they had not yet read there."""
    forget_company(user_id=event.user_id, company_id=event.company_id)


@on(MemberRoleChanged)
def cut_a_member_without_the_right(event: MemberRoleChanged, meta: Meta) -> None:
    """Do the same for a member whose new role may not message candidates."""
    membership = Membership.objects.filter(pk=event.membership_id).first()
    if membership is not None and Right.MESSAGE_CANDIDATES not in RIGHTS[Role(membership.role)]:
        forget_company(user_id=membership.user_id, company_id=membership.company_id)

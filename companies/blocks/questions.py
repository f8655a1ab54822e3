"""What apps may ask before they let somebody write, invite or be told. One query each; answers are never shown."""

from __future__ import annotations

from collections.abc import Iterable

from companies.blocks.models import Block


def blocked_with(person_id: int, others: Iterable[int]) -> set[int]:
    """Return those of ``others`` between whom and the person a block stands, whoever made it."""
    pairs = Block.objects.between(person_id, others).values_list("blocker_id", "person_id")
    return {other for pair in pairs for other in pair if other is not None and other != person_id}


def blockers_of_company(company_id: int, people: Iterable[int]) -> set[int]:
    """Return those of ``people`` who blocked the company."""
    rows = Block.objects.filter(company=company_id, blocker__in=list(people))
    return set(rows.values_list("blocker_id", flat=True))


def is_blocked(*, person_id: int, company_id: int, actor_id: int | None = None) -> bool:
    """Say whether the person blocked the company, or a block stands between the person and ``actor_id``, a member."""
    if blockers_of_company(company_id, [person_id]):
        return True
    return actor_id is not None and bool(blocked_with(person_id, [actor_id]))

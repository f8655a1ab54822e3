"""What stands against an act now. Services refuse by it and ``actions[]`` is made from it."""

from __future__ import annotations

from typing import Any

from applications.models import Application
from applications.vocabulary import HIRE, RESTORE, VERBS, Side, Status, Verb
from companies.models import Role
from companies.rights import RIGHTS, Right
from umemployed.api.actions import Action, action_url


def obstacle(verb: Verb, application: Any) -> str:
    """Return why the act is refused now, machine-readable, or ''.

    Wants ``with_circumstances()`` and ``job`` loaded; asks the database nothing.
    """
    if not verb.accepts(Status(application.status)):
        return f"is_{application.status}"
    if verb is RESTORE and application.is_superseded:
        return "applied_again"
    if verb is HIRE and application.hired_count >= application.job.openings:
        return "no_opening_left"
    return ""


def side_of(user_id: int, application: Application) -> Side:
    """Return the side on which a person who sees the application stands; nobody judges their own."""
    return Side.CANDIDATE if application.candidate_id == user_id else Side.TEAM


def actions_of(application: Application, side: Side, role: str | None) -> list[Action]:
    """Return the acts of one side; those that cannot be done now say why. No query."""
    return [action(verb, application, role) for verb in VERBS if verb.side is side]


def action(verb: Verb, application: Application, role: str | None) -> Action:
    """Return one entry of ``actions[]``."""
    reason = obstacle(verb, application)
    if verb.side is Side.TEAM and (role is None or Right.MOVE_APPLICATIONS not in RIGHTS[Role(role)]):
        reason = "right_missing"
    return Action(
        id=verb.id,
        url=action_url(f"application-{verb.id}", application),
        enabled=not reason,
        reason=reason,
        arguments=list(verb.arguments),
    )

"""Every write of consequence on applications.

What further sub-packages (offers, assessments, …) build on is ``acting``: ``lock_for`` judges, ``enact``
changes, ``write_history`` tells.
"""

from applications.pipeline.layout import stages_of
from applications.services.acting import ApplicationWrongState
from applications.services.applying import AlreadyApplied, CompanyBlocked, CooldownRunning, submit_application
from applications.services.deciding import (
    announce_rejection,
    hire_candidate,
    move_application,
    reject_application,
    restore_application,
    withdraw_application,
)
from applications.services.seeing import mark_answered, mark_seen

__all__ = [
    "AlreadyApplied",
    "ApplicationWrongState",
    "CompanyBlocked",
    "CooldownRunning",
    "announce_rejection",
    "hire_candidate",
    "mark_answered",
    "mark_seen",
    "move_application",
    "reject_application",
    "restore_application",
    "stages_of",
    "submit_application",
    "withdraw_application",
]

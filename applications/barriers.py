"""What keeps a person from applying to a company, besides the job's own state: rules that other apps add.

Blocks between people and companies are kept elsewhere; whoever keeps them says so in ``AppConfig.ready()``::

    add_barrier("blocks", lambda person, job: Block.objects.between(person, job.company_id).exists())

The rules are asked under the job's lock, in the transaction of applying. Which one stands is never told: the
answer is that of a job which takes no applications.
"""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import User
from jobs.models import Job

Barrier = Callable[[User, Job], bool]
_barriers: dict[str, Barrier] = {}


def add_barrier(name: str, barrier: Barrier) -> None:
    """Add a rule, or replace the one of that name; it costs every application what it asks the database."""
    _barriers[name] = barrier


def stands_against(person: User, job: Job) -> bool:
    """Say whether any rule keeps the person from applying to this job."""
    return any(barrier(person, job) for barrier in _barriers.values())

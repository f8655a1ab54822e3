"""The condition under which a team reads who sent an application; every query of every app takes it from here."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from applications.blind.models import BlindReview, Reveal


def veiled(job: str = "job", application: str = "pk") -> Q:
    """Return the condition that an application is behind the veil; the arguments are paths to its job and its key.

    False where there is no application. Subqueries and no joins, so that rows can still be locked.
    """
    is_on = Exists(BlindReview.objects.filter(job=OuterRef(job), is_on=True))
    return Q(is_on) & ~Q(Exists(Reveal.objects.filter(application=OuterRef(application))))

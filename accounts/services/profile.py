"""Plain edits of one's own account."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User


@transaction.atomic
def edit_profile(*, actor: User, **changes: str) -> User:
    """Change one's own name, language or time zone and return the person."""
    user = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    for name in changes.keys() & {"full_name", "language", "timezone"}:
        setattr(user, name, changes[name])
    user.save(update_fields=["full_name", "language", "timezone", "updated_at"])
    return user

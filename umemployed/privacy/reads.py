"""Who looks at other people's data leaves a trace."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from umemployed.api.actor import actor_of
from umemployed.audit.record import record


class ReadsAreAudited:
    """Mixed into the admin of rows about people: opening one enters the audit record."""

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the row, and record that it was shown."""
        response = super().change_view(request, object_id, *args, **kwargs)  # type: ignore[misc]
        if request.method == "GET" and response.status_code == 200:
            row = self.get_object(request, object_id)  # type: ignore[attr-defined]
            record(f"{row._meta.model_name}:read", actor=actor_of(request), target=row, door="admin")
        return response

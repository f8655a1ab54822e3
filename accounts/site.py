"""The admin's own door: staff enter with password and code, and are counted like everybody who guesses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.models import User, normalise_email
from accounts.services import count_code, count_sign_in, use_code
from umemployed.api.errors import TooManyRequests, Unavailable
from umemployed.audit.record import record

PASSED = "second_step_passed"


class StaffLoginForm(AuthenticationForm):
    """Address, password, and the code of whoever has two-step sign-in."""

    code = forms.CharField(
        label=_("Code of your authenticator"),
        required=False,
        max_length=40,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code", "inputmode": "text"}),
    )

    def clean(self) -> dict[str, Any]:
        """Judge password and code; both kinds of guess are counted before they are looked at."""
        email = normalise_email(self.cleaned_data.get("username") or "")
        try:
            count_sign_in(email)
            cleaned = super().clean()
            self.take_second_step(self.get_user(), cleaned.get("code") or "")
        except (TooManyRequests, Unavailable) as error:
            raise ValidationError(str(error.title), code=error.code) from error
        except ValidationError:
            with transaction.atomic():
                record("admin:refused", actor=None, target=User.objects.filter(email=email).first())
            raise
        with transaction.atomic():
            record("admin:entered", actor=self.get_user(), target=self.get_user())
        return cleaned

    def take_second_step(self, user: User, code: str) -> None:
        """Use up the code of whoever has two-step sign-in; refuse whoever must have it and has not."""
        if not user.has_mfa():
            if settings.ADMIN_REQUIRES_MFA:
                raise ValidationError(_("Staff sign in in two steps. Turn it on first."), code="mfa_missing")
            return
        count_code(user)
        with transaction.atomic():
            good = use_code(user, code)
        if not good:
            raise ValidationError(_("Enter a fresh code of your authenticator."), code="bad_code")
        self.request.session[PASSED] = True


class StaffSite(UnfoldAdminSite):
    """The admin; where the house demands it, only for staff whose session has passed the second step."""

    login_form = StaffLoginForm
    login_template = "admin/staff_login.html"

    def has_permission(self, request: HttpRequest) -> bool:
        if not super().has_permission(request):
            return False
        passed = isinstance(request.user, User) and request.user.has_mfa() and PASSED in request.session
        return passed or not settings.ADMIN_REQUIRES_MFA

"""Routes of accounts, below ``/api/v1/``."""

from django.urls import include, path

from accounts import views
from umemployed.api.routers import ApiRouter

router = ApiRouter()
router.register("sessions", views.SessionViewSet, basename="session")

auth_patterns = [
    path("register/", views.RegisterView.as_view(), name="register"),
    path("verify-email/", views.VerifyEmailView.as_view(), name="verify-email"),
    path("verify-email/resend/", views.ResendVerificationView.as_view(), name="verify-email-resend"),
    path("email/change/", views.EmailChangeView.as_view(), name="email-change"),
    path("email/change/confirm/", views.EmailChangeConfirmView.as_view(), name="email-change-confirm"),
    path("login/", views.LoginView.as_view(), name="login"),
    path("login/mfa/", views.LoginMfaView.as_view(), name="login-mfa"),
    path("mfa/", views.MfaView.as_view(), name="mfa"),
    path("mfa/totp/", views.TotpView.as_view(), name="mfa-totp"),
    path("mfa/totp/confirm/", views.TotpConfirmView.as_view(), name="mfa-totp-confirm"),
    path("mfa/recovery-codes/", views.RecoveryCodesView.as_view(), name="mfa-recovery-codes"),
    path("mfa/disable/", views.MfaDisableView.as_view(), name="mfa-disable"),
    path("refresh/", views.RefreshView.as_view(), name="refresh"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("password/change/", views.PasswordChangeView.as_view(), name="password-change"),
    path("password/reset/", views.PasswordResetView.as_view(), name="password-reset"),
    path("password/reset/confirm/", views.PasswordResetConfirmView.as_view(), name="password-reset-confirm"),
    path("social/", include("accounts.social.urls")),
    *router.urls,
]
urlpatterns = [
    path("auth/", include(auth_patterns)),
    path("me/", views.MeView.as_view(), name="me"),
]

"""The addresses of signing in, by the names that allauth looks up.

Only what is used: no registration page (signing in registers), no passwords, no list of email addresses. A view of
allauth that is missing here cannot be reached.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, reverse_lazy

from membership.accounts import views
from membership.accounts.security import SecurityView

urlpatterns = [
    path("login/", views.sign_in, name="account_login"),
    path("login/code/", views.confirm_code, name="account_confirm_login_code"),
    path("login/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("login/second-step/", mfa.authenticate, name="mfa_authenticate"),
    path("logout/", account.logout, name="account_logout"),
    path("closed/", account.account_inactive, name="account_inactive"),
    path("security/", SecurityView.as_view(), name="mfa_index"),
    path("security/confirm/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "security/confirm/passkey/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("security/app/add/", totp.activate_totp, name="mfa_activate_totp"),
    path("security/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("security/passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path(
        # allauth finds the passkey among the signed-in person's own, so the number says nothing about others.
        "security/passkeys/<int:pk>/remove/",
        webauthn.RemoveWebAuthnView.as_view(success_url=reverse_lazy("mfa_index")),
        name="mfa_remove_webauthn",
    ),
    path(
        "security/recovery-codes/",
        recovery_codes.view_recovery_codes,
        name="mfa_view_recovery_codes",
    ),
    path(
        "security/recovery-codes/renew/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
]

"""allauth's forms for the second step, with fields that bring up a telephone's digits."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms


class _Digits(forms.Form):
    """Replaces the placeholder, which vanishes while one types, by the hint beside the field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget = forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
        )


class SecondStepForm(_Digits, AuthenticateForm):  # type: ignore[misc]  # allauth carries no types
    pass


class ConfirmForm(_Digits, ReauthenticateForm):  # type: ignore[misc]
    pass


class AddAppForm(_Digits, ActivateTOTPForm):  # type: ignore[misc]
    pass

"""The two forms of signing in: an address, then the code that was mailed to it."""

from django import forms

from membership.accounts.codes import LENGTH, tidy_code
from membership.accounts.models import normalise_email


class SignInForm(forms.Form):
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        error_messages={
            "required": "Type your email address.",
            "invalid": "This does not look like an email address. An example: name@example.org.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code",
        max_length=40,
        error_messages={"required": "Type the code from the message."},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        code = tidy_code(self.cleaned_data["code"])
        if not (code.isascii() and code.isdigit() and len(code) == LENGTH):
            raise forms.ValidationError(f"The code has {LENGTH} digits.", code="shape")
        return code

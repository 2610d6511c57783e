"""Email addresses as readers type them into a form."""

from typing import Any

from django import forms


class ReachableEmailField(forms.EmailField):
    """An address in plain letters.

    Stripe takes no other, and a letter to an internationalised one is lost wherever a mail server on the way does not
    know of them.
    """

    default_error_messages = {
        "invalid": "Enter an email address in full, for instance name@example.org.",
        "max_length": "This email address is too long: use one of at most %(limit_value)d characters.",
        "unreachable": (
            "Our mail does not reach addresses with letters such as ü or é. Please give another "
            "address, in the letters a to z."
        ),
    }

    def to_python(self, value: Any) -> str:
        address = super().to_python(value) or ""
        if not address.isascii():
            raise forms.ValidationError(self.error_messages["unreachable"], code="unreachable")
        return address

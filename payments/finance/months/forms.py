from django import forms


class ReasonForm(forms.Form):
    """Why a closed month is opened again."""

    reason = forms.CharField(
        label="Why it is opened again",
        max_length=500,
        error_messages={"required": "Say why the month is opened again."},
    )


class WaiverForm(forms.Form):
    """Why a row of the exceptions queue is in order."""

    kind = forms.CharField(widget=forms.HiddenInput, max_length=60)
    key = forms.CharField(widget=forms.HiddenInput, max_length=255)
    note = forms.CharField(
        label="Why this is in order",
        max_length=500,
        error_messages={"required": "Say in a note why this is in order."},
    )

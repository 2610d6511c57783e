"""What staff say to a dispute."""

from typing import Any

from django import forms

from payments.desk.drafting import Draft
from payments.desk.evidence import TEXTS

_LONG = {"cancellation_policy_disclosure", "access_activity_log", "uncategorized_text"}


class EvidenceForm(forms.Form):
    """The texts of an answer by Stripe's names, and a note for colleagues."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint) in TEXTS.items():
            rows = 8 if name in _LONG else 2
            self.fields[name] = forms.CharField(
                label=label,
                help_text=hint,
                required=False,
                widget=forms.Textarea({"rows": rows, "aria-describedby": f"id_{name}_hint"}),
            )
        self.fields["note"] = forms.CharField(
            label="Note for colleagues",
            help_text="Stripe and the payer's bank never see it.",
            required=False,
            max_length=5000,
            widget=forms.Textarea({"rows": 2, "aria-describedby": "id_note_hint"}),
        )

    def as_draft(self) -> Draft:
        """Return what a valid form says."""
        texts = {name: self.cleaned_data[name].replace("\r\n", "\n") for name in TEXTS}
        return Draft(self.cleaned_data["version"], texts, self.cleaned_data["note"])


class AcceptForm(forms.Form):
    """Why a dispute is accepted."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput())
    note = forms.CharField(
        label="Why you accept it",
        max_length=5000,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Say why this dispute is accepted."},
    )

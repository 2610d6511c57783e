"""A file that staff add to an answer."""

from django import forms

from payments.desk.filing import Attachment
from payments.desk.models import EvidenceField


class AttachForm(forms.Form):
    """Which file, and what it shows; its type and size are judged by the action, by its bytes."""

    evidence_field = forms.ChoiceField(
        label="What the file shows",
        choices=EvidenceField.choices,
        initial=EvidenceField.CUSTOMER_COMMUNICATION,
    )
    file = forms.FileField(
        label="The file",
        help_text="A PDF, a JPEG or a PNG of at most 5 MB.",
        allow_empty_file=True,
        widget=forms.FileInput(
            {"accept": ".pdf,.jpg,.jpeg,.png", "aria-describedby": "id_file_hint"}
        ),
        error_messages={"required": "Choose the file to attach."},
    )

    def as_attachment(self) -> Attachment:
        """Return what a valid form says."""
        chosen = self.cleaned_data["file"]
        return Attachment(chosen.name, chosen.read(), self.cleaned_data["evidence_field"])

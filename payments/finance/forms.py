from typing import Any

from django import forms

from payments.finance.writers import WRITERS


class ExportForm(forms.Form):
    """What to do with the rows that a report's filters select."""

    format = forms.ChoiceField(
        label="Format", choices=[(writer.name, writer.title) for writer in WRITERS.values()]
    )
    personal = forms.BooleanField(label="With names and emails", required=False)

    def __init__(self, *args: Any, offers_personal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not offers_personal:
            del self.fields["personal"]

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django_countries import countries

from payments.currencies import KNOWN
from payments.entities.descriptors import descriptor_problem
from payments.entities.models import LegalEntity


class LegalEntityForm(forms.ModelForm):  # type: ignore[type-arg]
    """The newspaper's particulars, with everything checked that a payer or a bank will see."""

    country = forms.ChoiceField(choices=lambda: list(countries))
    default_currency = forms.ChoiceField(choices=[(code, code) for code in sorted(KNOWN)])
    time_zone = forms.ChoiceField(
        choices=lambda: [(name, name) for name in sorted(available_timezones())],
        help_text="Civil dates on receipts and in reports are in this zone.",
    )
    receipt_prefix = forms.RegexField(
        r"^[A-Z0-9]{1,10}\Z",
        help_text="Begins every receipt number, for instance CUR.",
        error_messages={"invalid": "Up to ten capital letters and digits."},
    )

    class Meta:
        model = LegalEntity
        fields = (
            "slug",
            "kind",
            "legal_name",
            "trading_name",
            "registration_number",
            "address",
            "country",
            "contact_email",
            "time_zone",
            "fiscal_year_start_month",
            "fiscal_year_start_day",
            "default_currency",
            "refund_approval_limit",
            "release_approval_limit",
            "statement_descriptor",
            "receipt_prefix",
            "legal_sentence",
            "receipt_note",
            "mandate_terms",
            "mandate_version",
        )

    def clean_statement_descriptor(self) -> str:
        descriptor = str(self.cleaned_data["statement_descriptor"]).strip()
        if problem := descriptor_problem(descriptor):
            raise forms.ValidationError(problem)
        return descriptor

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        has_new_terms = "mandate_terms" in self.changed_data
        if self.instance.pk and has_new_terms and "mandate_version" not in self.changed_data:
            self.add_error(
                "mandate_version",
                "New terms need a new version: readers agreed to the old ones under the old name.",
            )
        return cleaned

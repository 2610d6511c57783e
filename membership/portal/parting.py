"""Why somebody stops, if they care to say."""

from django import forms

# The first words are Stripe's own, so that its reports count them too.
REASONS = (
    ("too_expensive", "I cannot afford it at the moment"),
    ("unused", "I read you less than I did"),
    ("low_quality", "I am not happy with the journalism"),
    ("customer_service", "I am not happy with how I was served"),
    ("switched_service", "I support another newsroom now"),
    ("other", "Something else"),
)


class PartingForm(forms.Form):
    """Both fields are optional, and nothing typed here ever keeps a gift from being stopped."""

    reason = forms.ChoiceField(
        label="Why are you stopping? (optional)",
        choices=[("", "I would rather not say"), *REASONS],
        required=False,
    )
    comment = forms.CharField(
        label="Anything that you would like to tell us? (optional)",
        required=False,
        widget=forms.Textarea({"rows": 3, "maxlength": 500}),
    )

    def said(self) -> tuple[str, str]:
        """Return reason and comment, empty where they cannot be read, and cut to the room that there is."""
        self.is_valid()
        reason = self.cleaned_data.get("reason") or ""
        return reason, (self.cleaned_data.get("comment") or "")[:500]

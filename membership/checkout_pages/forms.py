from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator, RegexValidator
from django.forms import BoundField
from django.http import QueryDict

from membership.accounts.addresses import ReachableEmailField
from membership.checkout_pages.amounts import OTHER, GivenAmount, read_amount, sentence_for
from membership.checkout_pages.offer import Offer
from membership.supporters.consent_texts import CONSENT_TEXTS
from membership.supporters.models import ConsentPurpose
from payments.errors import AmountRefused
from payments.models import Frequency
from payments.templatetags.money import money

_FIGURES = "Enter the amount in figures, for instance 10 or 7.50."
_ONE_LINE = RegexValidator(r"^[^\x00-\x1f\x7f\u2028\u2029]*$", "Write your name on one line.")


@dataclass(frozen=True, slots=True)
class AmountGroup:
    """The suggested amounts of one frequency, as one group of radio buttons."""

    frequency: Frequency
    field: BoundField

    @property
    def question(self) -> str:
        return _QUESTIONS[self.frequency]


_QUESTIONS = {
    Frequency.ONCE: "How much?",
    Frequency.MONTHLY: "How much a month?",
    Frequency.YEARLY: "How much a year?",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary: the id of what to mend, and the sentence beside it."""

    target: str
    sentence: str


class DonationForm(forms.Form):
    """A gift as a reader chooses it, in one currency.

    Each frequency has its own group of amounts, so that the page works without JavaScript: the
    group that counts is the one of the chosen frequency.
    """

    frequency = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how often you would like to give.",
            "invalid_choice": "Choose how often you would like to give.",
        },
    )
    other_amount = forms.CharField(
        required=False,
        max_length=200,
        strip=True,
        error_messages={"max_length": _FIGURES},
    )
    cover_fee = forms.BooleanField(required=False)
    email = ReachableEmailField(
        max_length=254,
        error_messages={"required": "Enter your email address: the receipt goes there."},
    )
    name = forms.CharField(
        required=False,
        max_length=200,
        validators=[_ONE_LINE],
        error_messages={"max_length": "Shorten the name to %(limit_value)d characters."},
    )
    code = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        offer: Offer,
        currency: str,
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, auto_id="%s", initial=initial)
        self.offer = offer
        self.currency = currency
        self.fields["frequency"].choices = [(item.value, item.label) for item in offer.frequencies]  # type: ignore[attr-defined]
        for frequency in offer.frequencies:
            self.fields[_amount_field(frequency)] = self._amount_choices(frequency)
        for consent in CONSENT_TEXTS:
            self.fields[consent.field] = forms.BooleanField(required=False, label=consent.text)
        for form_field in self.fields.values():
            _refuse_null_in_its_own_words(form_field)

    def _amount_choices(self, frequency: Frequency) -> forms.CharField:
        amounts = self.offer.amounts(self.currency, frequency)
        choices = [(str(amount), money(amount, self.currency)) for amount in amounts]
        # Not a ChoiceField: a group that does not count must not refuse the form.
        return forms.CharField(
            required=False, widget=forms.RadioSelect(choices=[*choices, (OTHER, "Other")])
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.data.get("currency", self.currency) != self.currency:
            self.add_error(None, "Choose one of the currencies that this page takes.")
        frequency = cleaned.get("frequency")
        if frequency and "other_amount" in cleaned:
            self._clean_amount(cleaned, Frequency(frequency))
        if frequency and frequency != Frequency.ONCE:
            self._compare_terms()
        return cleaned

    def _compare_terms(self) -> None:
        """Refuse a recurring gift by a page that showed other terms than those that are agreed to now."""
        agreed_now = self.offer.campaign.entity.mandate_version
        if self.data.get("terms_version", agreed_now) != agreed_now:
            self.add_error(
                "frequency",
                "The terms of recurring gifts have just changed. Read them below, then continue.",
            )

    def _clean_amount(self, cleaned: dict[str, Any], frequency: Frequency) -> None:
        given = GivenAmount(
            choice=cleaned.get(_amount_field(frequency), ""), text=cleaned["other_amount"]
        )
        try:
            cleaned["amount"] = read_amount(given, self.offer, self.currency, frequency)
        except AmountRefused as error:
            self.refuse_amount(error)

    def refuse_amount(self, error: AmountRefused) -> None:
        """Say beside the amounts why the one that was given cannot be taken."""
        self.add_error("other_amount", sentence_for(error.reason, self.offer, self.currency))

    def refuse_email(self) -> None:
        """Say beside the address that Stripe, whose rules are stricter than ours, does not take it."""
        self.add_error("email", "Our payment provider cannot use this email address: check it.")

    def amount_groups(self) -> Iterator[AmountGroup]:
        for frequency in self.offer.frequencies:
            yield AmountGroup(frequency, self[_amount_field(frequency)])

    def consent_fields(self) -> list[BoundField]:
        return [self[consent.field] for consent in CONSENT_TEXTS]

    def problems(self) -> Iterator[Problem]:
        """Yield the errors in the order of the page."""
        for sentence in self.non_field_errors():
            yield Problem("currency", str(sentence))
        for name in ("frequency", "other_amount", "email", "name"):
            for sentence in self.errors.get(name, []):
                yield Problem(self._target(name), str(sentence))

    def _target(self, name: str) -> str:
        if name != "other_amount" or self._is_other():
            return name
        return "amount"

    def _is_other(self) -> bool:
        """Whether the field for another amount is what counts, and so is in view."""
        frequency = self["frequency"].value()
        field = f"amount_{frequency}"
        return field in self.fields and self[field].value() == OTHER

    @property
    def granted_consents(self) -> list[ConsentPurpose]:
        return [text.purpose for text in CONSENT_TEXTS if self.cleaned_data.get(text.field)]


def _refuse_null_in_its_own_words(form_field: forms.Field) -> None:
    """Leave a null character to what the field asks for anyway, and says in words for readers."""
    form_field.validators = [
        validator
        for validator in form_field.validators
        if not isinstance(validator, ProhibitNullCharactersValidator)
    ]


def _amount_field(frequency: Frequency) -> str:
    return f"amount_{frequency.value}"

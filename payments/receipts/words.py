"""The words and formats of printed documents: British or American English."""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from babel.numbers import format_currency

from payments.campaigns.models import Frequency
from payments.donations.models import Payment
from payments.entities.models import EntityKind
from payments.money import Money

_FREQUENCIES = {
    "en-GB": {Frequency.ONCE: "One-off", Frequency.MONTHLY: "Monthly", Frequency.YEARLY: "Yearly"},
    "en-US": {Frequency.ONCE: "One-time", Frequency.MONTHLY: "Monthly", Frequency.YEARLY: "Yearly"},
}

_REGISTRATIONS = {
    EntityKind.COMPANY: "Company number",
    EntityKind.UK_CHARITY: "Registered charity number",
    EntityKind.US_501C3: "Employer identification number (EIN)",
    EntityKind.OTHER: "Registration number",
}

# Stripe's names of methods and brands that plain capitals would spell wrongly.
_METHODS = {
    "acss_debit": "Pre-authorised debit",
    "au_becs_debit": "BECS Direct Debit",
    "bacs_debit": "Bacs Direct Debit",
    "cashapp": "Cash App",
    "eps": "EPS",
    "ideal": "iDEAL",
    "p24": "Przelewy24",
    "paypal": "PayPal",
    "sepa_debit": "SEPA Direct Debit",
    "us_bank_account": "Bank account",
}
_BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "eftpos_au": "eftpos",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
}


@dataclass(frozen=True, slots=True)
class Words:
    """Wording for one document; `locale` is en-GB or en-US, the two editions there are."""

    locale: str

    @classmethod
    def for_reader(cls, locale: str) -> "Words":
        """Choose the edition: American for the United States, British for everyone else."""
        return cls("en-US" if locale.replace("_", "-").lower() == "en-us" else "en-GB")

    def amount(self, minor: int, currency: str) -> str:
        """Return an amount with all its decimals, as accountants read it."""
        value = Money(minor, currency).to_decimal()
        return format_currency(value, currency, locale=self.locale.replace("-", "_"))

    def day(self, day: date) -> str:
        return format_date(day, "long", locale=self.locale.replace("-", "_"))

    def frequency(self, frequency: str) -> str:
        return _FREQUENCIES[self.locale][Frequency(frequency)]


def registration_label(kind: str) -> str:
    """Return what the registration number of such a legal entity is called."""
    return _REGISTRATIONS[EntityKind(kind)]


def method_text(payment: Payment) -> str:
    """Return how it was paid, for instance "Visa ending 4242"."""
    if payment.card_last4:
        return card_text(payment.card_brand, payment.card_last4)
    return _METHODS.get(payment.method, payment.method.replace("_", " ").capitalize())


def card_text(brand: str, last4: str) -> str:
    """Return what a card is called, for instance "Visa ending 4242"; empty where none is known."""
    if not last4:
        return ""
    name = _BRANDS.get(brand, brand.replace("_", " ").title())
    return f"{name or 'Card'} ending {last4}"

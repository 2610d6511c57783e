"""What a newspaper has to say about itself, with sensible answers for what it leaves out."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from email.utils import parseaddr

from django.conf import settings
from django.utils.text import slugify

from payments.magnitudes import magnitude

Answers = Mapping[str, str]


class AnswersRefused(Exception):
    """Answers that cannot be used: `problems` has a sentence for each name."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {words}" for name, words in problems.items()))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Question:
    """One answer that is wanted: a flag, an environment variable, a key of the file, or a prompt.

    Without a default it must be answered; one that is not `asked` has a default that fits nearly
    everyone and is never prompted for.
    """

    name: str
    words: str
    default: Callable[[Answers], str] | str | None = None
    asked: bool = True

    @property
    def flag(self) -> str:
        return f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        return f"SETUP_{self.name.upper()}"

    def default_for(self, answers: Answers) -> str | None:
        return self.default(answers) if callable(self.default) else self.default


def _descriptor(answers: Answers) -> str:
    """The newspaper's name in the letters that bank statements have."""
    latin = (
        unicodedata.normalize("NFKD", answers["trading_name"]).encode("ascii", "ignore").decode()
    )
    return re.sub(r"[^A-Z0-9 .&-]", "", latin.upper())[:22].strip()


def _initials(answers: Answers) -> str:
    words = slugify(answers["trading_name"]).upper().split("-")
    return "".join(word[0] for word in words if word)[:10]


def _legal_sentence(answers: Answers) -> str:
    if answers["kind"] == "company":
        return (
            f"{answers['trading_name']} is published by a company. Your contribution pays for its "
            "journalism; it is not a charitable donation and earns no tax relief."
        )
    return f"Your gift goes to {answers['legal_name']} and pays for its journalism."


def _receipt_note(answers: Answers) -> str:
    if answers["kind"] == "company":
        return (
            "This contribution is not a charitable donation. It is not eligible for Gift Aid and "
            "is not tax deductible."
        )
    return f"Given to {answers['legal_name']}. No goods or services were provided in return."


_MANDATE_TERMS = (
    "We collect this amount today, and again each month (each year, if you chose yearly) on the "
    "same day, until you stop. You can stop it at any time from My support; to change it, write "
    "to us."
)

# Stripe's list prices for a card of the currency's own country: per cent and fixed part. Elsewhere they are not known,
# and 0 makes the donation page not offer to cover them.
_FEES = {"EUR": ("1.5", "0.25"), "GBP": ("1.5", "0.20"), "USD": ("2.9", "0.30")}


def _fee(part: int) -> Callable[[Answers], str]:
    return lambda known: _FEES.get(known["default_currency"].strip().upper(), ("0", "0"))[part]


def _usual(*amounts: int) -> Callable[[Answers], str]:
    """Amounts that are usual in pounds, as they are in the default currency, within the limits."""

    def default(known: Answers) -> str:
        unit = magnitude(known["default_currency"].strip().upper())
        texts = [str(amount * unit) for amount in amounts]
        fitting = ", ".join(text for text in texts if _fits(text, known))
        return fitting or known.get("minimum", texts[0])

    return default


def _fits(text: str, known: Answers) -> bool:
    """Say whether an amount is within the limits, as far as they are known and are any."""
    try:
        return Decimal(known.get("minimum", text)) <= Decimal(text) <= Decimal(known["maximum"])
    except (InvalidOperation, KeyError):
        return True


QUESTIONS = (
    Question("legal_name", "Legal name, as registered"),
    Question("trading_name", "The newspaper's name", lambda known: known["legal_name"]),
    Question("kind", "Kind: company, uk_charity, us_501c3 or other", "company"),
    Question("registration_number", "Registration number (may be empty)", ""),
    Question("address", "Postal address, lines separated by semicolons"),
    Question("country", "Country, two letters", "GB"),
    Question(
        "contact_email",
        "Where supporters write to",
        lambda _: parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    ),
    Question("time_zone", "Time zone of the books", "Europe/London"),
    Question("default_currency", "Currency of the books", "GBP"),
    Question(
        "currencies",
        "Currencies that readers give in, separated by commas",
        lambda known: known["default_currency"],
    ),
    Question("statement_descriptor", "What bank statements say, 5 to 22 characters", _descriptor),
    Question("receipt_prefix", "Letters that begin each receipt number", _initials),
    Question(
        "campaign_title",
        "The donation page's heading",
        lambda known: f"Support {known['trading_name']}",
    ),
    Question(
        "campaign_standfirst",
        "A sentence under it",
        "Our reporting is open to everyone. Readers who can afford it keep it that way.",
    ),
    Question("staff_email", "Email of the first member of staff"),
    Question("staff_name", "Their name", ""),
    Question("slug", "Short name", lambda known: slugify(known["trading_name"])[:50], asked=False),
    Question("fiscal_year_start", "First day of the fiscal year, MM-DD", "01-01", asked=False),
    Question("legal_sentence", "What kind of gift this is", _legal_sentence, asked=False),
    Question("receipt_note", "The legal note on receipts", _receipt_note, asked=False),
    Question("mandate_terms", "Terms of a recurring gift", _MANDATE_TERMS, asked=False),
    Question("mandate_version", "Name of these terms", "1", asked=False),
    Question("campaign_slug", "Address of the donation page", "support", asked=False),
    Question("fund_name", "What the money is for", "General", asked=False),
    Question("minimum", "Smallest gift, in the currency of the books", _usual(1), asked=False),
    Question("maximum", "Largest gift, likewise", _usual(10_000), asked=False),
    Question("fee_percent", "Stripe's fee in per cent; 0: not known", _fee(0), asked=False),
    Question("fee_fixed", "Stripe's fixed fee", _fee(1), asked=False),
    Question("once", "Suggested amounts, once", _usual(5, 10, 25, 50), asked=False),
    Question("monthly", "Suggested amounts, monthly", _usual(3, 5, 10, 20), asked=False),
    Question("yearly", "Suggested amounts, yearly", _usual(50, 100, 200), asked=False),
)

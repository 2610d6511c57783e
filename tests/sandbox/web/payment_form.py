"""The parts of a form that a payer fills in: fields, the alert above them, and the test numbers below."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape

from tests.sandbox.engine.cards import TEST_CARDS
from tests.sandbox.engine.errors import StripeRefusal

COUNTRIES = {
    "": "Choose a country", "GB": "United Kingdom", "US": "United States", "AU": "Australia",
    "CA": "Canada", "FR": "France", "DE": "Germany", "IE": "Ireland", "IT": "Italy", "JP": "Japan",
    "NL": "Netherlands", "ES": "Spain", "CH": "Switzerland",
}  # fmt: skip
DIGITS = 'inputmode="numeric" autocomplete="off" required'
PLAIN = 'autocomplete="off"'


@dataclass(frozen=True, slots=True)
class Filled:
    """What was typed so far, and what was wrong with it."""

    typed: Mapping[str, str] = field(default_factory=dict)
    refusal: StripeRefusal | None = None

    @property
    def status(self) -> int:
        return self.refusal.status if self.refusal else 200

    @property
    def code(self) -> str:
        """The code that a plain HTTP client reads from a header; empty when nothing was wrong."""
        if self.refusal is None:
            return ""
        return str(self.refusal.extra.get("decline_code") or self.refusal.code or self.refusal.type)

    def value(self, name: str, usual: str = "") -> str:
        return self.typed.get(name) or usual

    def marks(self, name: str) -> str:
        wrong = self.refusal is not None and self.refusal.param == name
        return ' aria-invalid="true" aria-describedby="error"' if wrong else ""


def text_field(
    filled: Filled, name: str, label: str, attributes: str = PLAIN, *, usual: str = ""
) -> str:
    return (
        f'<p class="field"><label for="{name}">{escape(label)}</label>'
        f'<input id="{name}" name="{name}" value="{escape(filled.value(name, usual))}" '
        f"{attributes}{filled.marks(name)}></p>"
    )


def choice_field(
    filled: Filled, name: str, label: str, options: Mapping[str, str], *, usual: str = ""
) -> str:
    chosen = filled.value(name, usual)
    shown = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(text)}</option>'
        for value, text in options.items()
    )
    return (
        f'<p class="field"><label for="{name}">{escape(label)}</label>'
        f'<select id="{name}" name="{name}"{filled.marks(name)}>{shown}</select></p>'
    )


def tick_field(filled: Filled, name: str, label: str) -> str:
    ticked = " checked" if filled.value(name) else ""
    return (
        f'<p class="tick"><input type="checkbox" id="{name}" name="{name}" value="yes"{ticked}'
        f'{filled.marks(name)}> <label for="{name}">{escape(label)}</label></p>'
    )


def card_fields(filled: Filled) -> str:
    """Number, expiry and code. A number that a link filled in brings usual values for the others."""
    number = filled.value("number")
    month, year = ("12", "2034") if number else ("", "")
    code = ("1234" if number.startswith("37") else "123") if number else ""
    return f"""
{text_field(filled, "number", "Card number", DIGITS)}
<div class="row">
{text_field(filled, "exp_month", "Month", DIGITS, usual=month)}
{text_field(filled, "exp_year", "Year", DIGITS, usual=year)}
{text_field(filled, "cvc", "CVC", DIGITS, usual=code)}
</div>"""


def country_field(filled: Filled) -> str:
    return choice_field(filled, "country", "Country", COUNTRIES)


def alert(filled: Filled, *, fields: Iterable[str], otherwise: str) -> str:
    """Why the last try was refused, with a way to the field that was wrong."""
    if filled.refusal is None:
        return ""
    wrong = filled.refusal.param if filled.refusal.param in fields else otherwise
    return (
        f'<div class="alert" role="alert" id="error"><p>{escape(filled.refusal.message)}</p>'
        f'<p><a href="#{wrong}">Change what you typed</a> or pay another way. '
        "Nothing was charged.</p></div>"
    )


def test_cards(url: str) -> str:
    links = "".join(
        f'<li><a href="{escape(url)}?card={number}">{escape(card.label)}</a> '
        f"<code>{number}</code></li>"
        for number, card in TEST_CARDS.items()
    )
    return (
        "<aside><h2>Test cards</h2><p>A link fills in the card. Any future date and any code will do.</p>"
        f'<ul class="cards">{links}</ul></aside>'
    )


def test_card_number(digits: str) -> str:
    """The test card that a link means by its number, or by the last digits of it."""
    return next((number for number in TEST_CARDS if digits and number.endswith(digits)), "")

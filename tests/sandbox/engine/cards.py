"""Stripe's published test cards, and what each of them does. Any other number is refused."""

from dataclasses import dataclass
from typing import Literal

from tests.sandbox.engine.errors import StripeRefusal

Authentication = Literal["never", "once", "always"]


@dataclass(frozen=True, slots=True)
class TestCard:
    number: str
    brand: str
    funding: str = "credit"
    country: str = "US"
    authentication: Authentication = "never"
    decline_code: str | None = None
    label: str = ""

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def cvc_length(self) -> int:
        return 4 if self.brand == "amex" else 3


TEST_CARDS = {
    card.number: card
    for card in (
        TestCard("4242424242424242", "visa", label="Succeeds"),
        TestCard("5555555555554444", "mastercard", label="Succeeds (Mastercard)"),
        TestCard("378282246310005", "amex", label="Succeeds (American Express)"),
        TestCard("4000002500003155", "visa", authentication="once", label="Asks for 3D Secure"),
        TestCard(
            "4000002760003184", "visa", authentication="always", label="Always asks for 3D Secure"
        ),
        TestCard("4000000000000002", "visa", decline_code="generic_decline", label="Declined"),
        TestCard(
            "4000000000009995",
            "visa",
            decline_code="insufficient_funds",
            label="Insufficient funds",
        ),
        TestCard("4000000000000077", "visa", label="Available at once"),
        TestCard("4000000000000259", "visa", label="Disputed as fraud"),
        TestCard("4000000000002685", "visa", label="Disputed as not received"),
        TestCard("4000000000001976", "visa", label="Inquired about"),
        TestCard("4000000000005423", "visa", label="Early fraud warning"),
        TestCard("4000000000007726", "visa", label="Refunds are pending first"),
        TestCard("4000000000005126", "visa", label="Refunds fail later"),
    )
}

DECLINE_MESSAGES = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
}


def card_of(number: str) -> TestCard:
    """The test card of a typed number; spaces and dashes are forgiven."""
    digits = number.replace(" ", "").replace("-", "")
    card = TEST_CARDS.get(digits)
    if card is None:
        raise StripeRefusal(
            "This is a test page: it takes only the test card numbers that Stripe publishes and that "
            "are listed on it. A real card number must never be typed here.",
            status=402,
            type_="card_error",
            code="incorrect_number",
            param="number",
        )
    return card

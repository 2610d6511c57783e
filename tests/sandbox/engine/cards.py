"""Stripe's published test cards, and what each of them does. Any other number is refused."""

from dataclasses import dataclass
from typing import Literal

from tests.sandbox.engine.errors import StripeRefusal

Authentication = Literal["never", "once", "always", "set_up"]
"""Who must authenticate: once = until set up for later use, set_up = as if that had happened before."""
Promise = Literal["dispute", "not_received", "inquiry", "fraud_warning", "bank_dispute"]
RefundFate = Literal["succeeds", "pending", "fails"]


@dataclass(frozen=True, slots=True)
class TestCard:
    """`decline_code` is a key of DECLINES; `keeps` says whether a declining card may be attached all
    the same; `promise` is what follows a successful charge."""

    number: str
    label: str
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    authentication: Authentication = "never"
    decline_code: str | None = None
    keeps: bool = False
    promise: Promise | None = None
    refund: RefundFate = "succeeds"
    available_at_once: bool = False

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def cvc_length(self) -> int:
        return 4 if self.brand == "amex" else 3


_CARDS = (
    TestCard("4242424242424242", "Succeeds"),
    TestCard("5555555555554444", "Succeeds (Mastercard)", brand="mastercard"),
    TestCard("378282246310005", "Succeeds (American Express)", brand="amex"),
    TestCard("4000056655665556", "Succeeds (Visa debit)", funding="debit"),
    TestCard(
        "5200828282828210", "Succeeds (Mastercard debit)", brand="mastercard", funding="debit"
    ),
    TestCard("5105105105105100", "Succeeds (prepaid)", brand="mastercard", funding="prepaid"),
    TestCard("6011111111111117", "Succeeds (Discover)", brand="discover"),
    TestCard("3056930009020004", "Succeeds (Diners Club)", brand="diners"),
    TestCard("3566002020360505", "Succeeds (JCB)", brand="jcb"),
    TestCard("6200000000000005", "Succeeds (UnionPay)", brand="unionpay"),
    TestCard("4000008260000000", "Succeeds (United Kingdom)", country="GB"),
    TestCard("4000002760000016", "Succeeds (Germany)", country="DE"),
    TestCard("4000002500000003", "Succeeds (France)", country="FR"),
    TestCard("4000003720000005", "Succeeds (Ireland)", country="IE"),
    TestCard("4000000000000077", "Succeeds, money available at once", available_at_once=True),
    TestCard("4000002500003155", "Asks for 3D Secure", authentication="once"),
    TestCard("4000002760003184", "Always asks for 3D Secure", authentication="always"),
    TestCard("4000003800000446", "Set up before: asks on this page only", authentication="set_up"),
    TestCard("4000000000003220", "3D Secure must be completed", authentication="always"),
    TestCard(
        "4000008400001629",
        "Asks for 3D Secure, then declined",
        authentication="always",
        decline_code="generic_decline",
    ),
    TestCard(
        "4000008260003178",
        "Asks for 3D Secure, then insufficient funds",
        country="GB",
        authentication="always",
        decline_code="insufficient_funds",
    ),
    TestCard("4000000000000002", "Declined", decline_code="generic_decline"),
    TestCard("4000000000009995", "Insufficient funds", decline_code="insufficient_funds"),
    TestCard("4000000000009987", "Lost card", decline_code="lost_card"),
    TestCard("4000000000009979", "Stolen card", decline_code="stolen_card"),
    TestCard("4000000000000069", "Expired card", decline_code="expired_card"),
    TestCard("4000000000000127", "Wrong security code", decline_code="incorrect_cvc"),
    TestCard("4000000000000119", "Processing error", decline_code="processing_error"),
    TestCard("4000000000006975", "Too many attempts", decline_code="card_velocity_exceeded"),
    TestCard("4100000000000019", "Blocked as fraudulent", decline_code="fraudulent"),
    TestCard(
        "4000000000000341",
        "Can be kept, then declines",
        decline_code="generic_decline",
        keeps=True,
    ),
    TestCard("4000000000000259", "Disputed as fraudulent", promise="dispute"),
    TestCard("4000000000002685", "Disputed as not received", promise="not_received"),
    TestCard("4000000000001976", "Inquiry", promise="inquiry"),
    TestCard("4000000000005423", "Early fraud warning", promise="fraud_warning"),
    TestCard("4000000000007726", "Refund pending, then succeeds", refund="pending"),
    TestCard("4000000000005126", "Refund fails later", refund="fails"),
)

TEST_CARDS = {card.number: card for card in _CARDS}
MISTYPED = "4242424242424241"
"""Published as a number whose check digit is wrong."""


def card_of(number: str) -> TestCard:
    """The test card of a typed number; spaces and dashes are forgiven."""
    digits = number.replace(" ", "").replace("-", "")
    card = TEST_CARDS.get(digits)
    if card is None:
        raise StripeRefusal(
            "Your card number is incorrect."
            if digits == MISTYPED
            else "This is a test page: it takes only the test card numbers that Stripe publishes and that "
            "are listed on it. A real card number must never be typed here.",
            status=402,
            type_="card_error",
            code="incorrect_number",
            param="number",
        )
    return card

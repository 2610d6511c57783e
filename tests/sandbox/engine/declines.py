"""Why an issuer refuses a card, and how Stripe passes it on: codes, sentence, advice, outcome."""

from dataclasses import dataclass
from typing import Any

GENERIC = "Your card was declined."


@dataclass(frozen=True, slots=True)
class Decline:
    """`reason` is the decline code; where `code` says it all, Stripe sends no decline code."""

    reason: str
    message: str = GENERIC
    code: str = "card_declined"
    advice: str | None = "try_again_later"
    blocked: bool = False

    def error(self) -> dict[str, Any]:
        """The keys of a card error, as in an answer and in `last_payment_error`."""
        shown: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.advice:
            shown["advice_code"] = self.advice
        if self.code in ("card_declined", "authentication_required"):
            shown["decline_code"] = self.reason
        return shown

    def outcome(self) -> dict[str, Any]:
        """A charge's outcome. What Radar blocked never reached the network."""
        if self.blocked:
            return {
                "advice_code": self.advice,
                "network_status": "not_sent_to_network",
                "reason": "highest_risk_level",
                "risk_level": "highest",
                "risk_score": 80,
                "seller_message": "Stripe blocked this payment as too risky.",
                "type": "blocked",
            }
        return {
            "advice_code": self.advice,
            "network_status": "declined_by_network",
            "reason": self.reason,
            "risk_level": "normal",
            "risk_score": 12,
            "seller_message": _SELLER_MESSAGES.get(
                self.reason, "The bank did not return any further details with this decline."
            ),
            "type": "issuer_declined",
        }


_SELLER_MESSAGES = {
    "insufficient_funds": "The bank returned the decline code `insufficient_funds`.",
    "lost_card": "The bank returned the decline code `lost_card`.",
    "stolen_card": "The bank returned the decline code `stolen_card`.",
    "authentication_required": "The bank returned the decline code `authentication_required`.",
}

AUTHENTICATION_REQUIRED = Decline(
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    code="authentication_required",
    advice=None,
)

DECLINES = {
    decline.reason: decline
    for decline in (
        Decline("generic_decline"),
        Decline("insufficient_funds", "Your card has insufficient funds."),
        Decline("lost_card", advice="do_not_try_again"),
        Decline("stolen_card", advice="do_not_try_again"),
        Decline("fraudulent", advice="do_not_try_again", blocked=True),
        Decline(
            "card_velocity_exceeded",
            "Your card was declined for making repeated attempts too frequently or exceeding its "
            "amount limit.",
        ),
        Decline(
            "expired_card",
            "Your card has expired.",
            code="expired_card",
            advice="confirm_card_data",
        ),
        Decline(
            "incorrect_cvc",
            "Your card's security code is incorrect.",
            code="incorrect_cvc",
            advice="confirm_card_data",
        ),
        Decline(
            "processing_error",
            "An error occurred while processing your card. Try again in a little while.",
            code="processing_error",
        ),
        AUTHENTICATION_REQUIRED,
    )
}

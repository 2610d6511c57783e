"""What tests of payments say again and again: an intent for a gift, a payer's agreement to be debited."""

from typing import Any

from stripe import PaymentIntent, StripeClient

ACCEPTED: Any = {
    "customer_acceptance": {
        "type": "online",
        "online": {"ip_address": "127.0.0.1", "user_agent": "test"},
    }
}
IN_GERMANY = {"name": "Ada", "email": "ada@example.org"}
IN_LONDON = {**IN_GERMANY, "address": {"line1": "1 Fleet Street", "country": "GB"}}


def intent(client: StripeClient, **params: Any) -> PaymentIntent:
    """A payment intent of £15, or as the parameters say."""
    given: Any = {"amount": 1500, "currency": "gbp", **params}
    return client.v1.payment_intents.create(given)

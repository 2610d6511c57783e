"""What tests do again and again: open a checkout for a gift, and pay it."""

import time
from dataclasses import dataclass
from typing import Any

from stripe import Product, StripeClient
from stripe.checkout import Session

from tests.sandbox.client import SandboxAccount

SUCCESS_URL = "https://paper.test/thanks/?session={CHECKOUT_SESSION_ID}"
CANCEL_URL = "https://paper.test/donate/"


@dataclass(slots=True)
class Story:
    account: SandboxAccount
    client: StripeClient
    _product: Product | None = None

    @property
    def product(self) -> str:
        if self._product is None:
            self._product = self.client.v1.products.create({"name": "Support our journalism"})
        return str(self._product.id)

    def session_params(
        self, amount: int = 1500, currency: str = "gbp", **params: Any
    ) -> dict[str, Any]:
        """Parameters of a one-off gift; a keyword replaces the parameter of its name."""
        price_data = {"currency": currency, "product": self.product, "unit_amount": amount}
        return {
            "mode": "payment",
            "submit_type": "donate",
            "success_url": SUCCESS_URL,
            "cancel_url": CANCEL_URL,
            "customer_creation": "always",
            "line_items": [{"quantity": 1, "price_data": price_data}],
            "adaptive_pricing": {"enabled": False},
            "expires_at": int(time.time()) + 35 * 60,
            **params,
        }

    def gift(self, amount: int = 1500, currency: str = "gbp", **params: Any) -> Session:
        """An open Checkout Session for a gift given once."""
        return self.client.v1.checkout.sessions.create(
            self.session_params(amount, currency, **params)  # type: ignore[arg-type]
        )

    def standing_gift(self, amount: int = 500, interval: str = "month", **params: Any) -> Session:
        """An open Checkout Session for a gift given again and again."""
        given = self.session_params(amount, **params)
        given["mode"] = "subscription"
        del given["customer_creation"]
        given["line_items"][0]["price_data"]["recurring"] = {"interval": interval}
        return self.client.v1.checkout.sessions.create(given)  # type: ignore[arg-type]

    def paid(self, session: Session, **how: Any) -> Session:
        """The session once it has been paid on the hosted page."""
        self.account.pay(session.id, **how)
        return self.client.v1.checkout.sessions.retrieve(session.id)

    def types(self) -> list[str]:
        """The types of all events so far, in order."""
        return [event["type"] for event in self.account.events()]

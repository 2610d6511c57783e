"""What payers' banks and card networks do with the ways to pay, as a test asks for it."""

from typing import Any

from tests.sandbox.client.answers import Control, Declined

Shown = dict[str, Any]


class PaymentControls:
    _control: Control

    def authenticate(self, intent: str, *, passed: bool = True) -> Shown:
        """End the 3D Secure step of an intent outside Checkout. Raises Declined when that fails."""
        answer = self._control("authenticate", id=intent, passed=passed)
        if "error" in answer:
            raise Declined(answer["error"]["code"], answer["error"]["message"])
        return answer

    def authenticate_invoice(self, invoice: str, *, passed: bool = True) -> Shown:
        """As the payer does on the hosted page of an invoice whose renewal asked for 3D Secure."""
        return self.authenticate(invoice, passed=passed)

    def update_card(self, payment_method: str, **to: Any) -> Shown:
        """The card network's updater: a new `number`, or a later `exp_month` and `exp_year`."""
        return self._control("update_card", payment_method=payment_method, **to)

    def fail_debit_late(self, charge: str, reason: str = "insufficient_funds") -> Shown:
        """Have the bank take back a debit that had succeeded."""
        return self._control("fail_debit_late", charge=charge, reason=reason)

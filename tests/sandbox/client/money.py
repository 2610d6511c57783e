"""What payers, banks and Stripe do with collected money, as a test asks for it."""

from typing import Any

from tests.sandbox.client.answers import Control

Shown = dict[str, Any]


class MoneyControls:
    _control: Control

    def dispute(
        self,
        charge: str,
        *,
        lost_for: int | None = None,
        won: bool | None = None,
        inquiry: bool = False,
        amount: int | None = None,
        reason: str = "fraudulent",
    ) -> Shown:
        """Dispute a charge, whole or for `amount`; the dispute.

        `lost_for` disputes that much and loses it at once; `won` decides at once; an `inquiry` moves no
        money until it is escalated.
        """
        body = {"charge": charge, "inquiry": inquiry, "reason": reason}
        chosen = {"lost_for": lost_for, "won": won, "amount": amount}
        body |= {name: value for name, value in chosen.items() if value is not None}
        return self._control("dispute", **body)

    def escalate(self, dispute: str) -> Shown:
        """Turn an inquiry into a dispute: now the money goes."""
        return self._control("escalate", dispute=dispute)

    def decide(self, dispute: str, *, won: bool, lost_for: int | None = None) -> Shown:
        """Let the payer's bank decide; with `lost_for` it keeps that much and gives back the rest."""
        return self._control("decide", dispute=dispute, won=won, lost_for=lost_for)

    def warn_of_fraud(self, charge: str, fraud_type: str = "unauthorized_use_of_card") -> Shown:
        return self._control("warn_of_fraud", charge=charge, fraud_type=fraud_type)

    def fail_refund(self, refund: str, reason: str = "expired_or_canceled_card") -> Shown:
        """Have a refund come back, so that its money returns to the balance."""
        return self._control("fail_refund", refund=refund, reason=reason)

    def pay_out(self, *, fail: bool = False, early: bool = True) -> list[Shown]:
        """Pay out every currency now, through to the bank, or through to the bank's failure.

        `early` includes money whose settlement day has not come.
        """
        payouts: list[Shown] = self._control("pay_out", fail=fail, early=early)["payouts"]
        return payouts

    def fail_payout(self, payout: str, code: str = "account_closed") -> Shown:
        """Have the bank send back a payout, even one that seemed paid."""
        return self._control("fail_payout", payout=payout, code=code)

    def reserve(self, amount: int, currency: str, release_after_days: int | None = None) -> Shown:
        """Hold back some of the balance, for some days or until `release_reserve`."""
        return self._control(
            "reserve", amount=amount, currency=currency, release_after_days=release_after_days
        )

    def release_reserve(self, reserve: str, amount: int | None = None) -> Shown:
        return self._control("release_reserve", reserve=reserve, amount=amount)

    def bill(self, amount: int, currency: str, description: str, category: str = "fee") -> Shown:
        """Bill the account a fee outside any payment (`fee` or `network_cost`)."""
        return self._control(
            "bill", amount=amount, currency=currency, description=description, category=category
        )

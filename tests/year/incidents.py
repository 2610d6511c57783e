"""How each thing of the year comes about: by our own actions where a reader acts, at Stripe where it acts."""

from datetime import timedelta
from typing import Any

import stripe
from django.utils import timezone

from payments.models import Dispute, Payment, PlanActor, RecurringPlan
from payments.plans.cards import finish_card_change, open_card_page, start_card_change
from payments.plans.changing import change_amount, pause_plan
from payments.plans.commands import Voice
from payments.plans.stopping import stop_plan
from tests.sandbox.client import SandboxAccount
from tests.year.readers import EMPTY_CARD, GOOD_CARD

_HERSELF = Voice(cause="My support", actor=PlanActor.READER)


class Incidents:
    """Each method is one of the words in HAPPENINGS; `reader` is a number of READERS."""

    def __init__(self, sandbox: SandboxAccount) -> None:
        self.sandbox = sandbox
        self.stripe = stripe.StripeClient(
            sandbox.key, base_addresses={"api": sandbox.api_base}, max_network_retries=0
        )

    def refund(self, reader: int, *, amount: int | None = None) -> None:
        """Give the latest gift back, whole or in part, in Stripe's dashboard."""
        params: dict[str, Any] = {"payment_intent": _latest(reader).stripe_id}
        self.stripe.v1.refunds.create(params | ({"amount": amount} if amount else {}))  # type: ignore[arg-type]

    def dispute(self, reader: int, *, won: bool | None = None, lost_for: int | None = None) -> None:
        self.sandbox.dispute(_latest(reader).stripe_charge_id or "", won=won, lost_for=lost_for)

    def inquire(self, reader: int) -> None:
        """The payer's bank asks about a gift; no money moves."""
        self.sandbox.dispute(_latest(reader).stripe_charge_id or "", inquiry=True)

    def escalate(self, reader: int) -> None:
        self.sandbox.escalate(_dispute(reader).stripe_id)

    def decide(self, reader: int, *, won: bool) -> None:
        self.sandbox.decide(_dispute(reader).stripe_id, won=won)

    def return_debit(self, reader: int) -> None:
        """The payer's bank takes a settled debit back."""
        self.sandbox.fail_debit_late(_latest(reader).stripe_charge_id or "")

    def run_dry(self, reader: int) -> None:
        """Nothing can be collected from the card any more."""
        self.sandbox.update_card(_plan(reader).payment_method_id, number=EMPTY_CARD)

    def change_card(self, reader: int) -> None:
        """Save a good card on Stripe's page, which pays what is open."""
        session = start_card_change(_plan(reader).pk, voice=_HERSELF, now=timezone.now())
        page = open_card_page(
            session,
            success_url="https://courier.example/saved/",
            cancel_url="https://courier.example/support/",
            locale="en-GB",
        )
        self.sandbox.change_card(page, GOOD_CARD)
        session.refresh_from_db()
        finish_card_change(session, now=timezone.now())

    def raise_gift(self, reader: int, *, total: int) -> None:
        change_amount(_plan(reader).pk, total=total, voice=_HERSELF, now=timezone.now())

    lower_gift = raise_gift

    def pause(self, reader: int, *, days: int) -> None:
        now = timezone.now()
        pause_plan(_plan(reader).pk, resumes_at=now + timedelta(days=days), voice=_HERSELF, now=now)

    def stop(self, reader: int) -> None:
        stop_plan(_plan(reader).pk, cause="My support", reason="cost", now=timezone.now())

    def bill(self, *, amount: int, currency: str, category: str) -> None:
        """Stripe bills a fee outside any payment, weeks after what it is for."""
        self.sandbox.bill(amount, currency, "Billing of the month before", category=category)

    def hold_reserve(self, *, amount: int, currency: str, days: int) -> None:
        self.sandbox.reserve(amount, currency, release_after_days=days)

    def fail_payout(self, *, currency: str) -> None:
        """The bank sends back the latest payout, which had seemed paid; the next one holds its money again."""
        listed = self.stripe.v1.payouts.list({"limit": 100}).auto_paging_iter()
        latest = next(each for each in listed if each.currency == currency.lower())
        self.sandbox.fail_payout(latest.id)


def _latest(reader: int) -> Payment:
    return Payment.objects.filter(
        donation__customer__email=f"reader{reader}@example.org", status__in=Payment.SETTLED
    ).latest("succeeded_at")


def _plan(reader: int) -> RecurringPlan:
    return RecurringPlan.objects.get(checkout__email=f"reader{reader}@example.org")


def _dispute(reader: int) -> Dispute:
    return Dispute.objects.get(payment__donation__customer__email=f"reader{reader}@example.org")

"""One row of each kind, most of them made by the product's own actions, to be copied into the books of a benchmark."""

from dataclasses import dataclass, replace
from datetime import timedelta

from membership.models import Supporter
from payments.ledger.actions import book_balance_transaction
from payments.models import (
    AttemptOutcome,
    BalanceTransaction,
    Checkout,
    Dispute,
    DisputeState,
    Payment,
    PaymentAttempt,
    Payout,
    PayoutItem,
    PayoutStatus,
    PlanChange,
    PlanChangeKind,
    PlanStatus,
    ReconciliationState,
    RecurringPlan,
    Refund,
    StripeBalance,
)
from tests.factories import NOON, CheckoutFactory, CustomerFactory, SupporterFactory, make_newspaper
from tests.payments.gifts import a_gift, a_refund
from tests.payments.snapshots import a_balance_transaction

# Patterns have the numbers below, what is copied has those from here on.
FIRST = 1000
# Long before the books begin, so that a month of them holds no pattern.
_ONCE = NOON - timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Patterns:
    """The rows to copy; `lines` are Stripe's lines by kind, each with how the id of its source begins."""

    supporter: Supporter
    checkout: Checkout
    plan: RecurringPlan
    started: PlanChange
    ended: PlanChange
    payment: Payment
    attempt: PaymentAttempt
    refund: Refund
    dispute: Dispute
    lines: dict[str, tuple[BalanceTransaction, str]]
    payout: Payout
    payout_line: BalanceTransaction
    item: PayoutItem
    balance: StripeBalance


def make_patterns() -> Patterns:
    """Make a newspaper with one supporter whose one gift was refunded in part, disputed and paid out."""
    campaign = make_newspaper()
    payer = CustomerFactory.create(entity=campaign.entity, name="Reader", country="GB")
    attribution = {"prompt": "autumn-appeal", "variant": "b", "slot": "middle"}
    payment = a_gift(campaign, 2500, at=_ONCE, customer=payer, attribution=attribution)
    refund = a_refund(payment, 500, at=_ONCE)
    dispute = Dispute.objects.create(
        payment=payment,
        stripe_id="dp_0",
        state=DisputeState.LOST,
        currency="GBP",
        amount=2500,
        reason="fraudulent",
        created_at=_ONCE,
        changed_at=_ONCE,
    )
    taken = a_balance_transaction("txn_dp", -2500, fee=2000, category="dispute", source="dp_0")
    book_balance_transaction(
        replace(taken, created_at=_ONCE), payment=payment, dispute=dispute, now=_ONCE
    )
    paid = a_balance_transaction("txn_po", -2465, fee=0, category="payout", source="po_0")
    book_balance_transaction(replace(paid, created_at=_ONCE), now=_ONCE)
    lines = {line.reporting_category: line for line in BalanceTransaction.objects.all()}
    payout = _payout(payment)
    plan = _plan(payment)
    terms = {
        "status": "active",
        "frequency": "monthly",
        "currency": "GBP",
        "amount": 2500,
        "fee_cover": 0,
    }
    return Patterns(
        supporter=SupporterFactory.create(state="anonymous", status_due_at=None),
        checkout=CheckoutFactory.create(campaign=campaign, customer=payer, status="expired"),
        plan=plan,
        started=_change(plan, PlanChangeKind.STARTED, {}, terms),
        ended=_change(plan, PlanChangeKind.ENDED, {"status": "active"}, {"status": "ended"}),
        payment=payment,
        attempt=PaymentAttempt.objects.create(
            payment=payment,
            stripe_invoice_id="in_0",
            number=1,
            outcome=AttemptOutcome.FAILED,
            decline_code="insufficient_funds",
            made_at=_ONCE,
        ),
        refund=refund,
        dispute=dispute,
        lines={
            "charge": (lines["charge"], "ch_"),
            "refund": (lines["refund"], "re_"),
            "dispute": (lines["dispute"], "dp_"),
        },
        payout=payout,
        payout_line=lines["payout"],
        item=PayoutItem.objects.create(
            payout=payout, balance_transaction=lines["charge"], added_at=_ONCE
        ),
        balance=StripeBalance.objects.create(
            entity=campaign.entity,
            currency="GBP",
            taken_on=_ONCE.date(),
            taken_at=_ONCE,
            available=0,
            pending=0,
        ),
    )


def _plan(payment: Payment) -> RecurringPlan:
    donation = payment.donation
    return RecurringPlan.objects.create(
        entity=donation.entity,
        campaign=donation.campaign,
        customer=donation.customer,
        stripe_id="sub_0",
        status=PlanStatus.ENDED,
        frequency="monthly",
        currency="GBP",
        amount=2500,
        started_at=_ONCE,
        ended_at=_ONCE,
    )


def _change(
    plan: RecurringPlan, kind: PlanChangeKind, before: dict[str, object], after: dict[str, object]
) -> PlanChange:
    return PlanChange.objects.create(
        plan=plan, kind=kind, cause="evt_0", before=before, after=after, made_at=_ONCE
    )


def _payout(payment: Payment) -> Payout:
    return Payout.objects.create(
        entity=payment.donation.entity,
        stripe_id="po_0",
        currency="GBP",
        amount=2465,
        status=PayoutStatus.PAID,
        is_automatic=True,
        arrival_on=_ONCE.date(),
        created_at=_ONCE,
        line_id="txn_po",
        has_complete_lines=True,
        changed_at=_ONCE,
        state=ReconciliationState.AUTO,
        reconciled_at=_ONCE,
    )

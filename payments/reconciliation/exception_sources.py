"""What reconciliation itself puts into the queue of exceptions; imported when the apps are ready."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Max, Min, Sum
from django.urls import reverse

from payments.donations.models import Payment
from payments.entities.models import LegalEntity
from payments.ledger.models import BalanceTransaction, LedgerAccount, LedgerEntry
from payments.ledger.unbooked import payments_to_book
from payments.periods import midnight
from payments.reconciliation.clearing import balance_differences
from payments.reconciliation.exceptions import ExceptionRow, exception_source
from payments.reconciliation.matching import LATEST
from payments.reconciliation.models import (
    BankLine,
    BankMatch,
    Payout,
    PayoutStatus,
    ReconciliationState,
    StripeBalance,
)

# Every succeeded payment has its line within a day.
_BOOKED_WITHIN = timedelta(hours=24)
# After so long a payout that Stripe has not completed is no longer on its usual way.
_COMPLETE_WITHIN = timedelta(days=10)
# The queue is worked down from its oldest end; it never needs more at once.
_MOST = 500


@exception_source("payout")
def payouts_in_exception(entity: LegalEntity, now: datetime) -> Iterable[ExceptionRow]:
    """Payouts that do not reconcile, or whose lines Stripe does not complete."""
    payouts = Payout.objects.filter(entity=entity).order_by("created_at", "id")
    for payout in payouts.filter(state=ReconciliationState.EXCEPTION)[:_MOST]:
        yield _payout_row("payout", payout, payout.evidence)
    late = payouts.filter(state=ReconciliationState.OPEN, created_at__lt=now - _COMPLETE_WITHIN)
    for payout in late[:_MOST]:
        yield _payout_row("payout", payout, payout.evidence or "Its lines were never read.")


@exception_source("bank line")
def unmatched_bank_lines(entity: LegalEntity, now: datetime) -> Iterable[ExceptionRow]:
    """Lines of a statement that look like Stripe's and are no payout that we know."""
    lines = BankLine.objects.filter(account__entity=entity, match=BankMatch.UNMATCHED)
    for line in lines.order_by("booked_on", "id")[:_MOST]:
        yield ExceptionRow(
            kind="bank line",
            key=str(line.reference),
            title=line.description or line.bank_reference or "Bank line",
            since=midnight(line.booked_on, entity.time_zone),
            reason=line.evidence or "Not compared with the payouts yet.",
            currency=line.currency,
            amount=line.amount,
            link=reverse("payments:bank_line", args=[line.reference]),
        )


@exception_source("payout not at the bank")
def payouts_without_bank_line(entity: LegalEntity, now: datetime) -> Iterable[ExceptionRow]:
    """Payouts of days that the statements cover and that no statement shows."""
    covered = (
        BankLine.objects.filter(account__entity=entity)
        .order_by("currency")
        .values_list("currency")
        .annotate(first=Min("booked_on"), last=Max("booked_on"))
    )
    for currency, first, last in covered:
        payouts = Payout.objects.filter(
            entity=entity,
            currency=currency,
            status=PayoutStatus.PAID,
            arrival_on__gte=first,
            arrival_on__lte=last - LATEST,
            bank_lines=None,
        )
        for payout in payouts.order_by("arrival_on", "id")[:_MOST]:
            reason = "Stripe says that it arrived, and no line of the bank's statements is it."
            yield _payout_row("payout not at the bank", payout, reason)


@exception_source("payment without line")
def payments_without_line(entity: LegalEntity, now: datetime) -> Iterable[ExceptionRow]:
    """Payments that settled a day ago and have no line in Stripe's ledger on the books."""
    late = payments_to_book(before=now - _BOOKED_WITHIN).filter(donation__entity=entity)
    for payment in late[:_MOST]:
        yield _payment_row(payment, now)


@exception_source("suspense")
def lines_in_suspense(entity: LegalEntity, now: datetime) -> Iterable[ExceptionRow]:
    """Lines of Stripe's ledger whose suspense no correction has taken away."""
    held = (
        LedgerEntry.objects.filter(account=LedgerAccount.SUSPENSE, posting__entity=entity)
        .order_by()
        .values_list("posting__balance_transaction", "posting__corrects__balance_transaction")
        .annotate(sum=Sum("amount"))
    )
    sums: dict[int, int] = {}
    for booked, corrected, amount in held:
        line_id = booked or corrected
        sums[line_id] = sums.get(line_id, 0) + amount
    open_lines = [line_id for line_id, amount in sums.items() if amount]
    lines = BalanceTransaction.objects.filter(pk__in=open_lines[:_MOST])
    for line in lines.order_by("created_at", "id"):
        yield ExceptionRow(
            kind="suspense",
            key=line.stripe_id,
            title=f"Stripe {line.reporting_category}",
            since=line.created_at,
            reason=f"Nobody has said what {line.source_id or line.stripe_id} is.",
            currency=line.currency,
            amount=line.amount,
            link=reverse("payments:suspense", args=[line.stripe_id]),
        )


@exception_source("stripe balance")
def balances_that_differ(entity: LegalEntity, now: datetime) -> Iterable[ExceptionRow]:
    """Currencies in which Stripe's latest balance is not what the books say."""
    latest: dict[str, StripeBalance] = {}
    for balance in StripeBalance.objects.filter(
        entity=entity, taken_on__gte=(now - timedelta(days=7)).date()
    ).order_by("taken_at"):
        latest[balance.currency] = balance
    for currency, difference in sorted(balance_differences(latest.values()).items()):
        if difference:
            balance = latest[currency]
            yield ExceptionRow(
                kind="stripe balance",
                key=f"{currency} {balance.taken_on}",
                title=f"Stripe's balance in {currency}",
                since=balance.taken_at,
                reason="The books say another balance than Stripe; an audit against Stripe finds why.",
                currency=currency,
                amount=difference,
                link=reverse("payments:drift_audits"),
            )


def _payout_row(kind: str, payout: Payout, reason: str) -> ExceptionRow:
    return ExceptionRow(
        kind=kind,
        key=payout.stripe_id,
        title=f"Payout {payout.stripe_id}",
        since=payout.created_at,
        reason=reason,
        currency=payout.currency,
        amount=payout.amount,
        link=reverse("payments:payout", args=[payout.reference]),
    )


def _payment_row(payment: Payment, now: datetime) -> ExceptionRow:
    return ExceptionRow(
        kind="payment without line",
        key=payment.stripe_id,
        title=f"Payment {payment.reference}",
        since=payment.succeeded_at or now,
        reason="It settled more than a day ago, and Stripe's ledger has no line for it here.",
        currency=payment.currency,
        amount=payment.amount,
        link=reverse("admin:payments_payment_change", args=[payment.pk]),
    )

"""What must hold between the books and Stripe's own ledger, whatever happened."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import stripe
from django.db.models import F, Max, Min, Sum

from payments.finance.tables.funds import FUNDS
from payments.ledger.accounts import CONTRA_INCOME, INCOME, OF_FUNDS, LedgerAccount
from payments.ledger.queries import open_suspense, trial_balance, waiting_for_rates
from payments.models import (
    BalanceTransaction,
    FundRelease,
    LedgerEntry,
    LedgerPosting,
    LegalEntity,
    Payment,
    Refund,
    ReportingAmount,
)
from tests.payments.register_sums import assert_sums_are_the_rows

_OF_A_GIFT = (*INCOME, *CONTRA_INCOME, LedgerAccount.REFUNDS_PAYABLE)


def assert_all_identities(client: stripe.StripeClient, entity: LegalEntity) -> None:
    """Compare everything that Stripe holds of an account with everything on the books of its entity."""
    lines = list(client.v1.balance_transactions.list({"limit": 100}).auto_paging_iter())
    payouts = list(client.v1.payouts.list({"limit": 100}).auto_paging_iter())
    known_gifts = {line.id for line in lines}
    _every_posting_balances()
    _each_balance_transaction_has_one_posting(known_gifts)
    _clearing_is_stripes_balance(client, entity)
    _a_payout_is_the_sum_of_its_lines(client, payouts)
    _what_is_in_transit_is_what_was_paid_out(payouts, entity)
    _every_settled_payment_has_its_line_and_every_charge_its_gift(entity)
    assert_marks_say_what_is_booked()
    _what_stands_of_a_gift_is_what_the_books_say()
    _reporting_amounts_are_complete(entity)
    assert_sums_are_the_rows(entity)
    _funds_roll_forward_and_releases_are_booked_once(entity)


def _every_posting_balances() -> None:
    sums = LedgerEntry.objects.order_by().values("posting", "currency").annotate(s=Sum("amount"))
    assert not sums.exclude(s=0).exists()


def _each_balance_transaction_has_one_posting(at_stripe: set[str]) -> None:
    booked = set(BalanceTransaction.objects.values_list("stripe_id", flat=True))
    assert booked == at_stripe
    booking = LedgerPosting.objects.filter(corrects=None, release=None)
    assert booking.count() == len(at_stripe)
    assert not BalanceTransaction.objects.filter(posting=None).exists()


def _clearing_is_stripes_balance(client: stripe.StripeClient, entity: LegalEntity) -> None:
    held = client.v1.balance.retrieve()
    at_stripe: Counter[str] = Counter()
    for part in [*held.available, *held.pending]:
        at_stripe[part.currency.upper()] += part.amount
    balances = trial_balance(entity)
    for currency in {row.currency for row in balances} | at_stripe.keys():
        of_currency = [row for row in balances if row.currency == currency]
        clearing = _of(of_currency, LedgerAccount.STRIPE_CLEARING)
        assert clearing == at_stripe[currency], currency
        assert sum(row.balance for row in of_currency) == 0, currency
        # Opening (nothing) + activity − payouts = closing, by Stripe's own lines.
        moved = BalanceTransaction.objects.filter(currency=currency)
        assert clearing == moved.aggregate(s=Sum("net", default=0))["s"], currency


def _of(rows: Iterable[object], account: LedgerAccount) -> int:
    return sum(row.balance for row in rows if row.account is account)  # type: ignore[attr-defined]


def _a_payout_is_the_sum_of_its_lines(
    client: stripe.StripeClient, payouts: Iterable[stripe.Payout]
) -> None:
    for payout in payouts:
        lines = client.v1.balance_transactions.list({"payout": payout.id, "limit": 100})
        took = [each.id for each in lines.auto_paging_iter() if each.source != payout.id]
        net = BalanceTransaction.objects.filter(stripe_id__in=took).aggregate(s=Sum("net"))["s"]
        assert net == payout.amount, payout.id


def _what_is_in_transit_is_what_was_paid_out(
    payouts: Iterable[stripe.Payout], entity: LegalEntity
) -> None:
    sent: Counter[str] = Counter()
    for payout in payouts:
        if payout.status not in ("failed", "canceled"):
            sent[payout.currency.upper()] += payout.amount
    for row in trial_balance(entity):
        if row.account is LedgerAccount.BANK_IN_TRANSIT:
            assert row.balance == sent[row.currency], row.currency


def _every_settled_payment_has_its_line_and_every_charge_its_gift(entity: LegalEntity) -> None:
    settled = Payment.objects.filter(status__in=Payment.SETTLED)
    assert not settled.exclude(balance_transactions__reporting_category="charge").exists()
    assert open_suspense(entity) == []
    charges = BalanceTransaction.objects.filter(reporting_category="charge")
    assert not charges.filter(payment=None).exists()


def assert_marks_say_what_is_booked() -> None:
    """A payment is marked once its charge is a line of the ledger, a refund once any line is its own."""
    lines = BalanceTransaction.objects.order_by()
    charged = lines.filter(reporting_category="charge").exclude(payment=None)
    given_back = lines.exclude(refund=None)
    for model, booked in (
        (Payment, charged.values_list("payment", flat=True)),
        (Refund, given_back.values_list("refund", flat=True)),
    ):
        marked = model.objects.filter(is_booked=True).values_list("pk", flat=True)
        assert set(marked) == set(booked), model


def _what_stands_of_a_gift_is_what_the_books_say() -> None:
    """Where a gift settles in its own currency, its lines come to what its payment says."""
    booked: Counter[int] = Counter()
    told: dict[int, int] = {}
    for payment in Payment.objects.filter(
        status__in=Payment.SETTLED, balance_transactions__currency=F("currency")
    ).distinct():
        told[payment.pk] = (
            payment.amount - payment.refunded_amount - payment.lost_amount - payment.held_amount
        )
    rows = (
        LedgerEntry.objects.filter(
            posting__balance_transaction__payment__in=told, account__in=_OF_A_GIFT
        )
        .order_by()
        .values_list("posting__balance_transaction__payment")
        .annotate(s=Sum("amount"))
    )
    booked.update({payment_id: -amount for payment_id, amount in rows})
    corrections = (
        LedgerEntry.objects.filter(
            posting__corrects__balance_transaction__payment__in=told, account__in=_OF_A_GIFT
        )
        .order_by()
        .values_list("posting__corrects__balance_transaction__payment")
        .annotate(s=Sum("amount"))
    )
    for payment_id, amount in corrections:
        booked[payment_id] -= amount
    assert {payment_id: booked[payment_id] for payment_id in told} == told


def _reporting_amounts_are_complete(entity: LegalEntity) -> None:
    assert not waiting_for_rates(entity).exists()
    booked = LedgerPosting.objects.filter(balance_transaction__isnull=False)
    assert not booked.filter(balance_transaction__reporting=None).exists()
    own = ReportingAmount.objects.filter(balance_transaction__currency=entity.default_currency)
    assert not own.exclude(net=F("balance_transaction__net")).exists()
    assert not ReportingAmount.objects.exclude(currency=entity.default_currency).exists()


def _funds_roll_forward_and_releases_are_booked_once(entity: LegalEntity) -> None:
    """Opening + received − released = closing, by fund and currency, from the middle of the story to its end."""
    days = LedgerPosting.objects.aggregate(first=Min("accounting_on"), last=Max("accounting_on"))
    if days["first"] is None:
        return
    middle = days["first"] + (days["last"] - days["first"]) // 2
    columns = [column.name for column in FUNDS.columns]
    for values in FUNDS.rows({"entity": entity.slug, "first": str(middle)}):
        row: dict[str, Any] = dict(zip(columns, values, strict=True))
        of_fund = LedgerEntry.objects.filter(fund__code=row["fund"], currency=row["currency"])
        lines = of_fund.filter(account__in=OF_FUNDS)
        assert -(lines.aggregate(s=Sum("amount"))["s"] or 0) == row["closing_minor"]
        before = lines.filter(posting__accounting_on__lt=middle)
        assert -(before.aggregate(s=Sum("amount"))["s"] or 0) == row["opening_minor"]
        moved = row["received_minor"] + row["given_back_minor"] + row["released_minor"]
        assert row["opening_minor"] + moved == row["closing_minor"]
    stands = FundRelease.objects.filter(state="released").aggregate(s=Sum("amount"))["s"] or 0
    released = LedgerEntry.objects.filter(account=LedgerAccount.FUNDS_RELEASED)
    assert (released.exclude(fund=None).aggregate(s=Sum("amount"))["s"] or 0) == stands
    assert (released.aggregate(s=Sum("amount"))["s"] or 0) == 0

"""Reports against each other: all of them come down to the gift register, and that to payouts and ledger."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from django.db.models import Sum

from payments.finance.measures.donor_years import DonorKind
from payments.finance.measures.movements import MovementKind
from payments.ledger.accounts import CONTRA_INCOME, INCOME
from payments.models import (
    BalanceTransaction,
    LedgerAccount,
    LedgerEntry,
    PlanStatus,
    RecurringPlan,
)
from tests.year.files import filters_of, rows_of
from tests.year.player import Played

# Lines of Stripe's ledger that are about no gift.
_NO_GIFTS = ("fee", "network_cost", "risk_reserved_funds", "payout", "payout_reversal", "topup")

# Movements that make recurring gifts more or fewer.
_COMES = (MovementKind.NEW, MovementKind.REACTIVATION, MovementKind.RESUMED)
_GOES = (MovementKind.CHURN_VOLUNTARY, MovementKind.CHURN_INVOLUNTARY, MovementKind.PAUSED)


def register_to_payouts(played: Played) -> None:
    """What the register says of each payout is what its lines come to, but for those that are about no gift."""
    in_register = _sums(rows_of("gift_register", {"entity": "courier"}), "payout", "net_minor")
    lines = BalanceTransaction.objects.exclude(reporting_category__in=_NO_GIFTS)
    paid = dict(
        lines.filter(payout_item__isnull=False)
        .order_by()
        .values_list("payout_item__payout__stripe_id")
        .annotate(Sum("net"))
    )
    del in_register[None]
    assert in_register == paid
    for row in rows_of("payouts", {"entity": "courier"}):
        assert row["difference_minor"] == 0
        others = BalanceTransaction.objects.filter(
            payout_item__payout__stripe_id=row["payout"], reporting_category__in=_NO_GIFTS
        ).aggregate(net=Sum("net", default=0))["net"]
        assert row["amount_minor"] == in_register[row["payout"]] + others


def register_to_ledger(played: Played) -> None:
    """Gross of the register is what the ledger has as gifts and as refunds that came back, less what was given back."""
    rows = rows_of("gift_register", filters_of(played))
    entries = LedgerEntry.objects.filter(
        account__in=(*INCOME, *CONTRA_INCOME, LedgerAccount.REFUNDS_PAYABLE),
        posting__accounting_on__year=played.year,
    )
    booked = dict(entries.order_by().values_list("currency").annotate(Sum("amount")))
    gross = _sums(rows, "settlement_currency", "gross_minor")
    assert {currency: -amount for currency, amount in booked.items()} == gross


def funds_to_register(played: Played) -> None:
    """R10: what funds hold is the register's gross, but for refunds that came back: those are owed to their payers."""
    register = rows_of("gift_register", filters_of(played))
    standing = [row for row in register if row["event"] != "refund_failed"]
    funds = rows_of("funds", filters_of(played))
    for row in funds:
        moved = row["received_minor"] + row["given_back_minor"]
        assert row["opening_minor"] + moved == row["closing_minor"]
    assert _sums(funds, "currency", "closing_minor") == _sums(
        standing, "settlement_currency", "gross_minor"
    )


def donor_years_to_register(played: Played) -> None:
    """R7: who gave in the year is new or kept or came back, whom the register has something standing of."""
    year = str(played.year)
    rows = rows_of("donor_years", {"entity": played.campaign.entity.slug})
    whole = [row for row in rows if str(row["year"]).startswith(year)]
    assert whole
    for row in whole:
        assert row["donors"] == sum(row[kind.value] for kind in DonorKind), row
    stands = _sums(rows_of("gift_register", filters_of(played)), "supporter", "amount_minor")
    assert len(stands) == 40
    gave = [supporter for supporter, amount in stands.items() if amount > 0]
    assert max(row["donors"] for row in whole) == len(gave) < 40


def failures_add_up(played: Played) -> None:
    """R8: what failed is recovered, tried or lost: a card changed in time, one that never was, a debit taken back."""
    rows = rows_of("failed_payments", filters_of(played))
    for row in rows:
        parts = (row["recovered_minor"], row["still_tried_minor"], row["lost_minor"])
        assert row["failed_minor"] == sum(parts), row
    assert sorted(row["outcome"] for row in rows) == ["lost", "lost", "recovered"]


def attribution_to_register(played: Played) -> None:
    """R9: gifts and what was given back, over all prompts, are the register's amounts."""
    register = rows_of("gift_register", filters_of(played))
    attributed = rows_of("attribution", filters_of(played))
    gifts = [row for row in register if row["event"] == "gift"]
    given = _sums(gifts, "currency", "amount_minor")
    assert _sums(attributed, "currency", "gross_minor") == given
    assert sum(row["gifts"] or 0 for row in attributed) == len(gifts)
    stands = _sums(register, "currency", "amount_minor")
    assert _sums(attributed, "currency", "stands_minor") == stands


def disputes_and_refunds_to_register(played: Played) -> None:
    """R11: the refunds and disputes are those that the register has rows of, inquiries apart."""
    register = rows_of("gift_register", filters_of(played))
    for kind, column in (("refund", "stripe_refund"), ("dispute", "stripe_dispute")):
        events = {row[column] for row in register if row["event"] == kind}
        told = rows_of("disputes_refunds", filters_of(played))
        assert events <= {row["stripe_id"] for row in told if row["kind"] == kind}
    refunds = [row for row in told if row["kind"] == "refund"]
    back = [row for row in register if row["event"] == "refund"]
    assert _sums(refunds, "currency", "amount_minor") == Counter(
        {currency: -amount for currency, amount in _sums(back, "currency", "amount_minor").items()}
    )


def receipts_to_register(played: Played) -> None:
    """R12: one receipt a gift of the register, for its amount, and each series counts on without a gap."""
    gifts = [row for row in rows_of("gift_register", filters_of(played)) if row["event"] == "gift"]
    documents = rows_of("receipt_register", filters_of(played))
    receipts = [row for row in documents if row["document_type"] == "receipt"]
    assert len(receipts) == len(gifts)
    assert _sums(receipts, "currency", "amount_minor") == _sums(gifts, "currency", "amount_minor")
    series: dict[tuple[str, str], list[int]] = {}
    for row in documents:
        series.setdefault((row["document_type"], row["fiscal_year"]), []).append(row["sequence"])
    for numbers in series.values():
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


def recurring_revenue_rolls_forward(played: Played) -> None:
    """R4: each month begins as the last one ended, its movements explain it, and it ends with the plans that run."""
    months: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of("recurring_revenue", filters_of(played)):
        months.setdefault(row["currency"], []).append(row)
    assert months.keys() == {"GBP", "USD", "EUR", "JPY"}
    for currency, rows in months.items():
        assert len(rows) == 12
        for row in rows:
            moved = sum(row[f"{kind.value}_minor"] for kind in MovementKind)
            assert row["opening_minor"] + moved + row["fx_minor"] == row["closing_minor"]
            came = sum(row[f"{kind.value}_gifts"] for kind in _COMES)
            went = sum(row[f"{kind.value}_gifts"] for kind in _GOES)
            assert row["opening_gifts"] + came - went == row["closing_gifts"]
        for before, after in pairwise(rows):
            assert before["closing_minor"] == after["opening_minor"]
            assert before["closing_gifts"] == after["opening_gifts"]
        running = RecurringPlan.objects.filter(currency=currency).exclude(
            status__in=(PlanStatus.ENDED, PlanStatus.PAUSED)
        )
        assert rows[-1]["closing_gifts"] == running.count(), currency


def _sums(rows: Iterable[Mapping[str, Any]], key: str, column: str) -> Counter[Any]:
    sums: Counter[Any] = Counter()
    for row in rows:
        if row[column] is not None:
            sums[row[key]] += row[column]
    return sums

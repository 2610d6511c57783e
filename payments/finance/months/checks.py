"""The identities of a month's books, each with its figure: all must be 0 before the month is closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from payments.entities.models import LegalEntity
from payments.finance.months.calendar import Month
from payments.finance.months.remedies import OF_CHECKS
from payments.finance.register_totals import register_totals
from payments.finance.selections import GiftSelection
from payments.ledger.models import BalanceTransaction, LedgerAccount, LedgerPosting
from payments.ledger.queries import AccountBalance, trial_balance
from payments.ledger.sums.books import entries_book, lines_book
from payments.ledger.sums.checking import differing_days
from payments.money import Money
from payments.reconciliation.clearing import clearing_rollforward
from payments.reconciliation.models import (
    Payout,
    PayoutItem,
    ReconciliationState,
    StripeBalance,
)


@dataclass(frozen=True, slots=True)
class Check:
    """One identity: `difference` is in minor units of `currency`, a plain count where there is none.

    None where what to compare with is not known yet, which `missing` explains.
    """

    title: str
    currency: str
    difference: int | None
    missing: str = ""

    @property
    def holds(self) -> bool:
        return self.difference == 0

    @property
    def remedy(self) -> str:
        """What to do about it, in a sentence; empty where nothing has to be."""
        if self.holds:
            return ""
        return self.missing if self.difference is None else OF_CHECKS.get(self.title, "")

    @property
    def problem(self) -> str:
        """What is wrong and what to do about it, in sentences; empty where nothing is."""
        if self.holds:
            return ""
        if self.difference is None:
            return f"{self.title} in {self.currency}: {self.remedy}"
        if not self.currency:
            return f"{self.title}: {self.difference}. {self.remedy}".rstrip()
        amount = Money(self.difference, self.currency).format()
        return (
            f"{self.title} in {self.currency}: the difference is {amount}. {self.remedy}".rstrip()
        )


def checks_of(
    entity: LegalEntity, month: Month, balances: list[AccountBalance] | None = None
) -> list[Check]:
    """Return every identity of a month; `balances` is its trial balance where the caller has it."""
    if balances is None:
        balances = trial_balance(entity, first=month.first_on, last=month.last_on)
    return [
        *_debits_and_credits(balances),
        *_register(entity, month),
        *_clearing(entity, month, {each.currency for each in balances}),
        *_payouts(entity, month),
        *_releases(entity, month, balances),
        _unposted(entity, month),
        _day_sums(entity, month),
    ]


def _debits_and_credits(balances: list[AccountBalance]) -> Iterator[Check]:
    for currency in sorted({each.currency for each in balances}):
        difference = sum(each.balance for each in balances if each.currency == currency)
        yield Check("Debits less credits", currency, difference)


def _register(entity: LegalEntity, month: Month) -> Iterator[Check]:
    totals = register_totals(GiftSelection.from_filters(month.filters(entity)), is_live=True)
    for total in totals.settled:
        yield Check("Gift register less ledger", total.currency, total.difference)


def _clearing(entity: LegalEntity, month: Month, moved: set[str]) -> Iterator[Check]:
    held = StripeBalance.objects.filter(entity=entity).order_by("currency")
    for currency in sorted(moved | set(held.values_list("currency", flat=True).distinct())):
        rolled = clearing_rollforward(entity, currency, month.first_on, month.last_on)
        yield Check(
            "Stripe clearing less Stripe's balance",
            currency,
            rolled.difference,
            "Stripe has not been asked for its balance since the month ended. The task that asks looks again "
            "four times an hour.",
        )


def _payouts(entity: LegalEntity, month: Month) -> Iterator[Check]:
    """Compare what payouts paid with their lines; one that a person settled by hand is explained by the note."""
    within = month.within(entity)
    net = (
        PayoutItem.objects.filter(payout=OuterRef("pk"))
        .order_by()
        .values("payout")
        .annotate(net=Sum("balance_transaction__net"))
        .values("net")
    )
    sums = (
        Payout.objects.filter(
            entity=entity,
            state=ReconciliationState.AUTO,
            created_at__gte=within.starts_at,
            created_at__lt=within.ends_at,
        )
        .annotate(gap=F("amount") - Coalesce(Subquery(net), 0))
        .order_by("currency")
        .values_list("currency")
        .annotate(Sum("gap"))
    )
    for currency, difference in sums:
        yield Check("Payouts less their lines", currency, difference)


def _releases(entity: LegalEntity, month: Month, balances: list[AccountBalance]) -> Iterator[Check]:
    """Compare what was asked for and decided with what the ledger moved; taken back, it is moved once more."""
    asked: dict[str, int] = dict(
        LedgerPosting.objects.filter(
            entity=entity,
            release__isnull=False,
            accounting_on__gte=month.first_on,
            accounting_on__lte=month.last_on,
        )
        .order_by()
        .values_list("release__currency")
        .annotate(Sum("release__amount"))
    )
    moved = {
        each.currency: each.debit
        for each in balances
        if each.account is LedgerAccount.FUNDS_RELEASED
    }
    for currency in sorted(asked.keys() | moved.keys()):
        difference = asked.get(currency, 0) - moved.get(currency, 0)
        yield Check("Releases of funds less ledger", currency, difference)


def _unposted(entity: LegalEntity, month: Month) -> Check:
    within = month.within(entity)
    lines = BalanceTransaction.objects.filter(
        entity=entity,
        created_at__gte=within.starts_at,
        created_at__lt=within.ends_at,
        posting=None,
    )
    return Check("Lines of Stripe's ledger without a posting", "", lines.count())


def _day_sums(entity: LegalEntity, month: Month) -> Check:
    """Count the days whose sums are not those of their rows; Stripe's are days of UTC, so those at both ends count."""
    within = month.within(entity)
    last = within.ends_at - timedelta(microseconds=1)
    differing = [
        *differing_days(entries_book(entity), month.first_on, month.last_on),
        *differing_days(lines_book(), within.starts_at.date(), last.date()),
    ]
    return Check("Days whose sums are not those of their lines", "", len(differing))

"""Journals of October: what is mapped, and a payout, for tests of journals."""

from datetime import date

from payments.finance.journals.formats import FORMATS
from payments.finance.journals.models import AccountMapping
from payments.finance.journals.queries import Prepared, prepared_journals
from payments.finance.journals.sources import JournalBy
from payments.ledger.actions import book_balance_transaction
from payments.models import (
    BalanceTransaction,
    LedgerAccount,
    LegalEntity,
    Payout,
    PayoutItem,
    ReconciliationState,
)
from tests.payments.months import THEN
from tests.payments.snapshots import a_balance_transaction

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


def map_everything(entity: LegalEntity, tax_rate: str = "Tax Exempt") -> None:
    for number, account in enumerate(LedgerAccount):
        AccountMapping.objects.create(
            entity=entity, account=account, code=str(200 + number), tax_rate=tax_rate
        )


def prepared(entity: LegalEntity, by: JournalBy = JournalBy.DAY, name: str = "xero") -> Prepared:
    return prepared_journals(entity, by, FORMATS[name], first=FIRST, last=LAST)


def a_payout(entity: LegalEntity, *, state: str = ReconciliationState.AUTO) -> Payout:
    """A payout of everything booked so far, whose own line is booked too."""
    lines = list(BalanceTransaction.objects.all())
    paid = sum(line.net for line in lines)
    own = a_balance_transaction("txn_payout", -paid, fee=0, category="payout", source="po_1")
    book_balance_transaction(own, now=THEN)
    payout = Payout.objects.create(
        entity=entity,
        stripe_id="po_1",
        currency="GBP",
        amount=paid,
        status="paid",
        is_automatic=True,
        arrival_on=date(2026, 10, 20),
        created_at=THEN,
        changed_at=THEN,
        line_id="txn_payout",
        state=state,
        reconciled_at=THEN if state == ReconciliationState.AUTO else None,
    )
    PayoutItem.objects.bulk_create(
        PayoutItem(payout=payout, balance_transaction=line, added_at=THEN) for line in lines
    )
    return payout

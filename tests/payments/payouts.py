"""Payouts and bank lines for tests that need no Stripe."""

from datetime import date
from itertools import count

from payments.models import (
    BankAccount,
    BankImport,
    BankLine,
    BankMatch,
    BankUpload,
    LegalEntity,
    Payout,
    ReconciliationState,
)
from tests.factories import NOON, UserFactory

_numbers = count(1)
TODAY = date(2026, 11, 20)


def a_payout(entity: LegalEntity, amount: int = 5000, **fields: object) -> Payout:
    """An automatic payout in GBP that was paid and adds up, though it has no lines."""
    number = next(_numbers)
    chosen: dict[str, object] = {
        "stripe_id": f"po_test{number}",
        "currency": "GBP",
        "status": "paid",
        "is_automatic": True,
        "method": "standard",
        "arrival_on": TODAY,
        "created_at": NOON,
        "trace_id": f"TRACE{number:06}",
        "has_complete_lines": True,
        "changed_at": NOON,
        "state": ReconciliationState.AUTO,
        "lines_read_at": NOON,
        "reconciled_at": NOON,
        **fields,
    }
    return Payout.objects.create(entity=entity, amount=amount, **chosen)


def a_bank_account(entity: LegalEntity, **fields: object) -> BankAccount:
    chosen: dict[str, object] = {
        "name": f"Current account {next(_numbers)}",
        "currency": "GBP",
        "created_at": NOON,
        **fields,
    }
    return BankAccount.objects.create(entity=entity, **chosen)


def a_bank_line(account: BankAccount, amount: int = 5000, **fields: object) -> BankLine:
    """A line of the account's statement that says STRIPE and is matched to nothing."""
    number = next(_numbers)
    source = BankImport.objects.create(
        account=account,
        filename="november.csv",
        sha256=f"{number:064}",
        layout={},
        line_count=1,
        new_count=1,
        imported_by=UserFactory.create(),
        imported_at=NOON,
    )
    chosen: dict[str, object] = {
        "row": 2,
        "fingerprint": f"{number:064}",
        "booked_on": TODAY,
        "currency": account.currency,
        "description": "STRIPE PAYMENTS UK",
        "match": BankMatch.UNMATCHED,
        "added_at": NOON,
        **fields,
    }
    return BankLine.objects.create(account=account, source=source, amount=amount, **chosen)


def a_bank_upload(account: BankAccount, content: bytes = b"Date,Amount\n") -> BankUpload:
    """A file that somebody chose and nobody has read in."""
    return BankUpload.objects.create(
        account=account,
        filename="november.csv",
        content=content,
        uploaded_by=UserFactory.create(),
        uploaded_at=NOON,
    )

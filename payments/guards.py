"""What the database refuses to do with the tables of payments."""

from payments.models import (
    AccessLog,
    AccountingPeriod,
    AuditEntry,
    BalanceTransaction,
    BankImport,
    DailyRate,
    ExceptionSettlement,
    FundRelease,
    KeptFile,
    LedgerAccount,
    LedgerEntry,
    LedgerPosting,
    PayoutItem,
    PlanChange,
    Receipt,
    ReceiptDocument,
    ReconciliationChange,
    ReportingAmount,
    StripeBalance,
)
from payments.trigger_sql import Refusal
from payments.triggers import protect, refuse

_POSTINGS = LedgerPosting._meta.db_table  # noqa: SLF001  Django's documented model API
_ENTRIES = LedgerEntry._meta.db_table  # noqa: SLF001
_RELEASES = FundRelease._meta.db_table  # noqa: SLF001
_MONTHS = AccountingPeriod._meta.db_table  # noqa: SLF001

for model in (
    AccessLog,
    BankImport,
    ExceptionSettlement,
    DailyRate,
    LedgerEntry,
    LedgerPosting,
    PayoutItem,
    PlanChange,
    Receipt,
    ReceiptDocument,
    ReconciliationChange,
    StripeBalance,
    ReportingAmount,
):
    protect(model)

# Why somebody did something may name a person who is forgotten; that they did it stays.
protect(AuditEntry, emptied=["reason"])

# Whose money a line moved may become known after it was booked; what it moved never changes.
protect(BalanceTransaction, set_once=("payment", "refund", "dispute"))

# A release is decided upon after it was asked for, and may be taken back; what was asked for stays.
protect(FundRelease, set_once=("decided_by", "decided_at"), moving=("state", "decision_note"))

# A file that a locked month keeps is made once; what the weekly look found is written beside it.
protect(KeptFile, moving=KeptFile.LOOKED_AT, due_while="OLD.sha256 = ''")

# The lines are inserted first; the posting arrives last and is taken only if they balance …
refuse(
    Refusal(
        _POSTINGS,
        "balanced",
        "INSERT",
        f"(SELECT COUNT(*) FROM {_ENTRIES} line WHERE line.posting_id = NEW.id) < 2 "  # noqa: S608  our own names
        f"OR EXISTS (SELECT 1 FROM {_ENTRIES} line WHERE line.posting_id = NEW.id "
        "GROUP BY line.currency HAVING SUM(line.amount) <> 0)",
        also_reads=(_ENTRIES,),
    )
)
# … and a posting that is there takes no further line.
refuse(
    Refusal(
        _ENTRIES,
        "complete",
        "INSERT",
        f"EXISTS (SELECT 1 FROM {_POSTINGS} posting WHERE posting.id = NEW.posting_id)",  # noqa: S608
        also_reads=(_POSTINGS,),
    )
)
# A release moves what was asked for out of its fund, or back into it, and nothing else.
_MOVED = (
    f"SELECT 1 FROM {_ENTRIES} line JOIN {_RELEASES} asked ON asked.id = NEW.release_id "  # noqa: S608
    f"WHERE line.posting_id = NEW.id AND line.account = '{LedgerAccount.FUNDS_RELEASED}' "
    "AND line.currency = asked.currency AND line.fund_id"
)
_SIGNED = "CASE WHEN NEW.corrects_id IS NULL THEN asked.amount ELSE -asked.amount END"
refuse(
    Refusal(
        _POSTINGS,
        "as_released",
        "INSERT",
        "NEW.release_id IS NOT NULL AND ("  # noqa: S608
        f"(SELECT COUNT(*) FROM {_ENTRIES} line WHERE line.posting_id = NEW.id) <> 2 "
        f"OR NOT EXISTS ({_MOVED} = asked.fund_id AND line.amount = {_SIGNED}) "
        f"OR NOT EXISTS ({_MOVED} IS NULL))",
        also_reads=(_ENTRIES, _RELEASES),
    )
)

# Nothing is booked into a month that is closed, nor before one …
refuse(
    Refusal(
        _POSTINGS,
        "month_open",
        "INSERT",
        f"EXISTS (SELECT 1 FROM {_MONTHS} closed WHERE closed.entity_id = NEW.entity_id "  # noqa: S608
        "AND closed.state <> 'open' AND closed.last_on >= NEW.accounting_on)",
        also_reads=(_MONTHS,),
    )
)
# … and a locked month stays as it was locked.
refuse(Refusal(_MONTHS, "locked_for_good", "UPDATE", "OLD.state = 'locked'"))
refuse(Refusal(_MONTHS, "no_delete", "DELETE"))
refuse(Refusal(_MONTHS, "no_truncate", "TRUNCATE"))
refuse(
    Refusal(
        _MONTHS,
        "no_replace",
        "REPLACE",
        f"EXISTS (SELECT 1 FROM {_MONTHS} there WHERE there.id = NEW.id "  # noqa: S608
        "OR (there.entity_id = NEW.entity_id AND there.first_on = NEW.first_on))",
    )
)

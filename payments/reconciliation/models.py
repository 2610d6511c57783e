"""The index of this topic's models: payouts, the bank, Stripe's balance, and what people decided about them."""

from payments.reconciliation.bank_models import (
    BankAccount,
    BankImport,
    BankLine,
    BankMatch,
    BankUpload,
)
from payments.reconciliation.payout_models import (
    Payout,
    PayoutItem,
    PayoutStatus,
    ReconciliationState,
    StripeBalance,
)
from payments.reconciliation.trail_models import (
    ExceptionSettlement,
    ReconciliationChange,
    ReconciliationVerb,
)

__all__ = [
    "BankAccount",
    "BankImport",
    "BankLine",
    "BankMatch",
    "BankUpload",
    "ExceptionSettlement",
    "Payout",
    "PayoutItem",
    "PayoutStatus",
    "ReconciliationChange",
    "ReconciliationState",
    "ReconciliationVerb",
    "StripeBalance",
]

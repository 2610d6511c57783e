"""The index of payments' models: imports only."""

from payments.campaigns.models import (
    Campaign,
    CampaignCurrency,
    CampaignStatus,
    Frequency,
    Fund,
    SuggestedAmount,
)
from payments.checkouts.models import Checkout, CheckoutStatus
from payments.customers.models import Customer
from payments.donations.models import (
    AttemptOutcome,
    Dispute,
    DisputeState,
    Donation,
    Payment,
    PaymentAttempt,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from payments.entities.models import EntityKind, LegalEntity
from payments.finance.models import AccessAction, AccessLog, Export, ExportState
from payments.ledger.models import BalanceTransaction, LedgerAccount, LedgerEntry, LedgerPosting
from payments.plans.models import (
    CardSession,
    CardSessionState,
    PlanActor,
    PlanChange,
    PlanChangeKind,
    PlanCommand,
    PlanCommandKind,
    PlanCommandState,
    PlanStatus,
    RecurringPlan,
)
from payments.receipts.models import (
    DocumentType,
    NumberSeries,
    Receipt,
    ReceiptDocument,
    Statement,
)
from payments.webhooks.models import EventListing, EventState, WebhookEvent

__all__ = [
    "AccessAction",
    "AccessLog",
    "AttemptOutcome",
    "BalanceTransaction",
    "Campaign",
    "CampaignCurrency",
    "CampaignStatus",
    "CardSession",
    "CardSessionState",
    "Checkout",
    "CheckoutStatus",
    "Customer",
    "Dispute",
    "DisputeState",
    "DocumentType",
    "Donation",
    "EntityKind",
    "EventListing",
    "EventState",
    "Export",
    "ExportState",
    "Frequency",
    "Fund",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerPosting",
    "LegalEntity",
    "NumberSeries",
    "Payment",
    "PaymentAttempt",
    "PaymentStatus",
    "PlanActor",
    "PlanChange",
    "PlanChangeKind",
    "PlanCommand",
    "PlanCommandKind",
    "PlanCommandState",
    "PlanStatus",
    "Receipt",
    "ReceiptDocument",
    "RecurringPlan",
    "Refund",
    "RefundStatus",
    "Statement",
    "SuggestedAmount",
    "WebhookEvent",
]

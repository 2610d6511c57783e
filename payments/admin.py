"""The index of the admin pages: imports only."""

from payments.audit.admin import AuditEntryAdmin
from payments.campaigns.admin import CampaignAdmin, FundAdmin
from payments.checkouts.admin import CheckoutAdmin
from payments.customers.admin import CustomerAdmin
from payments.donations.admin import DisputeAdmin, DonationAdmin, PaymentAdmin, RefundAdmin
from payments.drift.admin import DriftAuditAdmin
from payments.entities.admin import LegalEntityAdmin
from payments.finance.admin import AccessLogAdmin
from payments.ledger.admin import BalanceTransactionAdmin, LedgerPostingAdmin
from payments.plans.admin import RecurringPlanAdmin
from payments.receipts.admin import NumberSeriesAdmin, ReceiptAdmin
from payments.reconciliation.admin import BankLineAdmin, PayoutAdmin
from payments.webhooks.admin import WebhookEventAdmin

__all__ = [
    "AccessLogAdmin",
    "AuditEntryAdmin",
    "BalanceTransactionAdmin",
    "BankLineAdmin",
    "CampaignAdmin",
    "CheckoutAdmin",
    "CustomerAdmin",
    "DisputeAdmin",
    "DonationAdmin",
    "DriftAuditAdmin",
    "FundAdmin",
    "LedgerPostingAdmin",
    "LegalEntityAdmin",
    "NumberSeriesAdmin",
    "PaymentAdmin",
    "PayoutAdmin",
    "ReceiptAdmin",
    "RecurringPlanAdmin",
    "RefundAdmin",
    "WebhookEventAdmin",
]

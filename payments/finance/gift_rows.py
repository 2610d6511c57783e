"""What the gift register's rows say: the kinds of events and the fields of each."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import models


class GiftEvent(models.TextChoices):
    """What one row of the register says."""

    GIFT = "gift", "Gift"  # A payment settled.
    REFUND = "refund", "Refund"  # Money went back or is on its way; the amounts are negative.
    REFUND_FAILED = "refund_failed", "Refund failed"  # That money returned to us: positive again.
    DISPUTE = "dispute", "Dispute"  # The payer's bank took money, and Stripe its fee.
    DISPUTE_REVERSAL = "dispute_reversal", "Dispute reversed"  # It came back, whole or in part.
    LATE_FAILURE = "late_failure", "Debit returned"  # A bank debit that had settled was taken back.
    ADJUSTMENT = "adjustment", "Adjustment"  # Whatever else Stripe booked on a gift.


class GiftRow(NamedTuple):
    """One event as the database says it; amounts are signed minor units of the currency above them.

    `fee` is what Stripe kept (positive), so that `net = gross - fee`. The settlement fields are None until Stripe's
    balance transaction is booked, the reporting fields until its day's rates are known, those of the payout until it is
    in one. `amount` is None for what Stripe booked without a word of the payer's currency.
    """

    kind: str
    at: datetime
    available_on: date | None
    accounting_on: date | None
    payout_arrives_on: date | None
    reference: UUID
    gift_reference: UUID
    entity: str
    frequency: str
    sequence: int
    supporter: UUID | None
    supporter_name: str
    supporter_email: str
    country: str
    currency: str
    amount: int | None
    fee_cover: int | None
    settlement_currency: str | None
    gross: int | None
    fee: int | None
    net: int | None
    reporting_currency: str | None
    reporting_gross: int | None
    reporting_fee: int | None
    reporting_net: int | None
    status: str
    method: str
    card_brand: str
    card_country: str
    campaign: str
    fund: str
    prompt: str | None
    variant: str | None
    slot: str | None
    article: str | None
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    stripe_payment_intent: str
    stripe_charge: str | None
    stripe_invoice: str | None
    stripe_refund: str | None
    stripe_dispute: str | None
    balance_transaction: str | None
    payout: str | None


# Total: one thing can have two lines of Stripe's in the same second.
REGISTER_ORDER = ("at", "kind", "reference", "balance_transaction")

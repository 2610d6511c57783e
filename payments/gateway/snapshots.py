"""What Stripe's objects say, as frozen values: nothing past the gateway sees a Stripe object.

Amounts are integer minor units, currencies ISO 4217 upper case, instants aware UTC, ids Stripe's own. A field is None
where Stripe says nothing.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One line of a balance transaction's fee, for instance a Stripe fee or tax on it."""

    type: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class BalanceTransactionSnapshot:
    """One line of Stripe's ledger; `amount`, `fee` and `net` are signed, in the settlement currency."""

    id: str
    type: str
    reporting_category: str
    source_id: str
    amount: int
    fee: int
    net: int
    currency: str
    fee_lines: tuple[FeeLine, ...]
    exchange_rate: Decimal | None
    created_at: datetime
    available_on: date


# Stripe takes longer ones; no receipt has more room, and no column of ours.
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class PayerSnapshot:
    """Who paid, as Stripe's customer and billing details say; the name is cut to LONGEST_NAME."""

    customer_id: str | None
    email: str
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class MethodSnapshot:
    """How it was paid; empty strings where the method has no such thing."""

    type: str
    card_brand: str = ""
    card_last4: str = ""
    card_country: str = ""
    card_expires_on: date | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class CardSnapshot:
    """A payment method on file as it is now, and whose it is."""

    customer_id: str | None
    method: MethodSnapshot


@dataclass(frozen=True, slots=True)
class InvoiceSnapshot:
    """The invoice behind a subscription's payment; `metadata` is the subscription's, as copied to the invoice.

    `amount_due` is what is still to be paid, and `hosted_url` Stripe's page on which its payer can do that.
    """

    id: str
    subscription_id: str
    status: str
    billing_reason: str
    metadata: dict[str, str]
    amount_paid: int
    currency: str
    attempt_count: int
    next_attempt_at: datetime | None
    payment_intent_ids: tuple[str, ...]
    created_at: datetime
    amount_due: int = 0
    hosted_url: str = ""


@dataclass(frozen=True, slots=True)
class PaymentSnapshot:
    """A payment intent with its latest charge; `status` is the intent's own word.

    `failure_balance_transaction` is there once a bank debit that had settled was taken back.
    """

    id: str
    status: str
    amount: int
    amount_received: int
    currency: str
    metadata: dict[str, str]
    charge_id: str | None
    payer: PayerSnapshot
    method: MethodSnapshot
    statement_descriptor: str
    decline_code: str
    failure_code: str
    created_at: datetime
    succeeded_at: datetime | None
    failed_at: datetime | None
    balance_transaction: BalanceTransactionSnapshot | None
    invoice: InvoiceSnapshot | None
    failure_balance_transaction: BalanceTransactionSnapshot | None = None


@dataclass(frozen=True, slots=True)
class RefundSnapshot:
    """A refund; `amount` is positive, in the payment's currency.

    `request` is our reference of who asked for it, empty for one that was made elsewhere.
    """

    id: str
    status: str
    amount: int
    currency: str
    reason: str
    charge_id: str | None
    payment_intent_id: str | None
    created_at: datetime
    balance_transaction: BalanceTransactionSnapshot | None
    failure_balance_transaction: BalanceTransactionSnapshot | None
    request: str = ""


@dataclass(frozen=True, slots=True)
class DisputeSnapshot:
    """A payer's bank that asks, or takes money back; `status` is Stripe's word, `amount` positive.

    `taken` is how much of that has left our balance and was not given back, by Stripe's `lines`. `evidence_due_at` is
    until when it can be answered, None where it cannot be.
    """

    id: str
    status: str
    amount: int
    currency: str
    reason: str
    payment_intent_id: str | None
    created_at: datetime
    taken: int
    lines: tuple[BalanceTransactionSnapshot, ...] = ()
    evidence_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionSnapshot:
    """A subscription with its single item; `amount` is charged each `interval` (month or year).

    `read_at` is when we began to ask for it: Stripe's subscriptions do not say when they changed last. `trial_end_at`
    is set where the date of the next collection was moved. `end_reason` is Stripe's word for why it ended or will.
    """

    id: str
    read_at: datetime
    status: str
    customer_id: str
    item_id: str
    amount: int
    currency: str
    interval: str
    interval_count: int
    metadata: dict[str, str]
    started_at: datetime
    current_period_end_at: datetime | None
    cancel_at: datetime | None
    cancel_at_period_end: bool
    cancelled_at: datetime | None
    ended_at: datetime | None
    is_paused: bool
    resumes_at: datetime | None
    trial_end_at: datetime | None = None
    latest_invoice_id: str | None = None
    method_id: str | None = None
    method: MethodSnapshot | None = None
    end_reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckoutSessionSnapshot:
    """A Checkout Session; `status` is open, complete or expired and `payment_status` paid, unpaid or
    no_payment_required."""

    id: str
    status: str
    payment_status: str
    mode: str
    url: str
    client_reference_id: str
    payment_intent_id: str | None
    subscription_id: str | None
    invoice_id: str | None
    payer: PayerSnapshot
    expires_at: datetime
    metadata: dict[str, str] = field(default_factory=dict)
    setup_method_id: str | None = None


@dataclass(frozen=True, slots=True)
class EventSnapshot:
    """One of Stripe's events, as listed; `payload` is the whole event as JSON values."""

    id: str
    type: str
    created_at: datetime
    payload: dict[str, object]


@dataclass(frozen=True, slots=True)
class AccountSnapshot:
    """The Stripe account behind our key; descriptors are empty where the account has none."""

    id: str
    country: str
    default_currency: str
    may_charge: bool
    statement_descriptor: str
    card_descriptor_prefix: str


@dataclass(frozen=True, slots=True)
class EndpointSnapshot:
    """A webhook endpoint; `secret` is empty except in the answer to its creation."""

    id: str
    url: str
    status: str
    api_version: str
    types: tuple[str, ...]
    secret: str

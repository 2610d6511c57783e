"""What is an event of the gift register, and what each of its fields says, for every kind of event."""

from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    F,
    FilteredRelation,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from payments.donations.models import Payment, Refund, RefundStatus
from payments.finance.gift_rows import GiftEvent
from payments.ledger.models import BalanceTransaction

# Stripe's categories of a refund's lines, and the names under which it takes a settled debit back.
_REFUND_LINES = ("payment_refund", "refund", "refund_failure")
_RETURNED = ("charge_failure", "payment_failure_refund")
# Lines of a gift that are only a cost: nothing of what the reader gave moves.
_COSTS = ("fee", "network_cost", "stripe_fx_fee")

_ATTRIBUTION = ("prompt", "variant", "slot", "article", "utm_source", "utm_medium", "utm_campaign")

# The way from an event to its payment, the events themselves, and what each field of GiftRow says of them.
GiftEvents = tuple[str, QuerySet[Any], dict[str, Any]]


def gift_event_kinds() -> list[GiftEvents]:
    """Return every kind of event.

    Besides GiftRow's fields there are `line`, the key of its balance transaction, None until that is booked, and
    `entry_…`, which makes a row of each ledger entry of its posting.
    """
    return [_gifts(), _refunds(), _failed_refunds(), _other_movements()]


def _gifts() -> GiftEvents:
    # What settled has a time; said again, so that an index from the latest on skips all that have none.
    settled = Payment.objects.filter(status__in=Payment.SETTLED, succeeded_at__isnull=False)
    gifts = settled.annotate(line=_line({"charge"}))
    return (
        "",
        gifts,
        {
            "kind": _text(GiftEvent.GIFT),
            "at": F("succeeded_at"),
            "amount": F("amount"),
            "fee_cover": F("donation__fee_cover"),
            "stripe_refund": Value(None, CharField()),
            "stripe_dispute": Value(None, CharField()),
            "reference": F("reference"),
            "status": F("status"),
            **_settlement("line__"),
            **_gift_fields(""),
        },
    )


def _refunds() -> GiftEvents:
    """Refunds that moved or will move money; one that failed before it moved any is no event."""
    return _refund_events(
        Q(status__in=Refund.STANDING) | Q(line__isnull=False),
        kind=_text(GiftEvent.REFUND),
        at=F("created_at"),
        amount=F("amount") * -1,
        **_settlement("line__"),
    )


def _failed_refunds() -> GiftEvents:
    return _refund_events(
        Q(status__in=[RefundStatus.FAILED, RefundStatus.CANCELED], line__isnull=False),
        kind=_text(GiftEvent.REFUND_FAILED),
        at=Coalesce("return_line__created_at", "created_at"),
        amount=F("amount"),
        **_settlement("return_line__"),
    )


def _refund_events(condition: Q, **columns: Any) -> GiftEvents:
    refunds = Refund.objects.annotate(
        line=_line({"refund", "payment_refund"}), return_line=_line({"refund_failure"})
    )
    return (
        "payment__",
        refunds.filter(condition),
        {
            "fee_cover": _no_amount(),
            "stripe_refund": F("stripe_id"),
            "stripe_dispute": Value(None, CharField()),
            "reference": F("reference"),
            "status": F("status"),
            **columns,
            **_gift_fields("payment__"),
        },
    )


def _other_movements() -> GiftEvents:
    """Everything else that Stripe booked on a gift: each of its lines is an event of its own."""
    returned = Q(reporting_category__in=_RETURNED) | Q(type__in=_RETURNED)
    lines = (
        BalanceTransaction.objects.filter(payment__isnull=False)
        .exclude(reporting_category="charge")
        .exclude(reporting_category__in=_REFUND_LINES, refund__isnull=False)
    )
    return (
        "payment__",
        lines,
        {
            "kind": Case(
                When(reporting_category="dispute", then=_text(GiftEvent.DISPUTE)),
                When(reporting_category="dispute_reversal", then=_text(GiftEvent.DISPUTE_REVERSAL)),
                When(returned, then=_text(GiftEvent.LATE_FAILURE)),
                default=_text(GiftEvent.ADJUSTMENT),
            ),
            "at": F("created_at"),
            # Settled in the payer's currency, the line says it itself; otherwise only what is disputed is known.
            "amount": Case(
                When(reporting_category__in=_COSTS, then=_no_amount()),
                When(currency=F("payment__currency"), then=F("amount")),
                When(reporting_category="dispute", then=F("dispute__amount") * -1),
                When(reporting_category="dispute_reversal", then=F("dispute__amount")),
                When(returned, then=F("payment__amount") * -1),
                default=_no_amount(),
                output_field=BigIntegerField(),
            ),
            "fee_cover": _no_amount(),
            "stripe_refund": F("refund__stripe_id"),
            "stripe_dispute": F("dispute__stripe_id"),
            "reference": Coalesce("dispute__reference", "payment__reference"),
            "status": Coalesce("dispute__state", "payment__status", output_field=CharField()),
            **_settlement(""),
            **_gift_fields("payment__"),
        },
    )


def _line(categories: set[str]) -> FilteredRelation:
    """Return the join to the one balance transaction of these reporting categories of Stripe's."""
    return FilteredRelation(
        "balance_transactions",
        condition=Q(balance_transactions__reporting_category__in=sorted(categories)),
    )


def _settlement(line: str) -> dict[str, F]:
    """Return what an event's balance transaction says, and what hangs on it; `line` is the path to it."""
    return {
        "settlement_currency": F(f"{line}currency"),
        "gross": F(f"{line}amount"),
        "fee": F(f"{line}fee"),
        "net": F(f"{line}net"),
        "balance_transaction": F(f"{line}stripe_id"),
        "line": F(f"{line}id"),
        "entry_account": F(f"{line}posting__entries__account"),
        "entry_currency": F(f"{line}posting__entries__currency"),
        "entry_amount": F(f"{line}posting__entries__amount"),
        "available_on": F(f"{line}available_on"),
        "accounting_on": F(f"{line}posting__accounting_on"),
        "reporting_currency": F(f"{line}reporting__currency"),
        "reporting_gross": F(f"{line}reporting__amount"),
        "reporting_fee": F(f"{line}reporting__fee"),
        "reporting_net": F(f"{line}reporting__net"),
        "payout": F(f"{line}payout_item__payout__stripe_id"),
        "payout_arrives_on": F(f"{line}payout_item__payout__arrival_on"),
    }


def _gift_fields(payment: str) -> dict[str, Any]:
    """Return what every event says about its gift; `payment` is the path to the payment."""
    donation = f"{payment}donation__"
    return {
        "gift_reference": F(f"{payment}reference"),
        "entity": F(f"{donation}entity__slug"),
        "frequency": F(f"{donation}frequency"),
        "sequence": F(f"{donation}sequence"),
        "supporter": F(f"{donation}customer__party"),
        "supporter_name": F(f"{donation}customer__name"),
        "supporter_email": F(f"{donation}customer__email"),
        "country": F(f"{donation}customer__country"),
        "currency": F(f"{payment}currency"),
        "method": F(f"{payment}method"),
        "card_brand": F(f"{payment}card_brand"),
        "card_country": F(f"{payment}card_country"),
        "campaign": F(f"{donation}campaign__slug"),
        "fund": F(f"{donation}fund__code"),
        "stripe_payment_intent": F(f"{payment}stripe_id"),
        "stripe_charge": F(f"{payment}stripe_charge_id"),
        "stripe_invoice": F(f"{payment}stripe_invoice_id"),
        **{name: KeyTextTransform(name, F(f"{donation}attribution")) for name in _ATTRIBUTION},
    }


def _no_amount() -> Cast:
    # With its type, without which PostgreSQL cannot add it up.
    return Cast(Value(None), BigIntegerField())


def _text(value: str) -> Value:
    return Value(value, CharField())

"""The gift register in SQL: one row per gift-affecting event, dated by the event itself."""

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
from payments.entities.models import LegalEntity
from payments.finance.gift_rows import REGISTER_ORDER, GiftEvent, GiftRow
from payments.finance.selections import GiftSelection
from payments.ledger.models import BalanceTransaction

# Stripe's categories of a refund's lines, and the names under which it takes a settled debit back.
_REFUND_LINES = ("payment_refund", "refund", "refund_failure")
_RETURNED = ("charge_failure", "payment_failure_refund")
# Lines of a gift that are only a cost: nothing of what the reader gave moves.
_COSTS = ("fee", "network_cost", "stripe_fx_fee")

_ATTRIBUTION = ("prompt", "variant", "slot", "article", "utm_source", "utm_medium", "utm_campaign")


def register_rows(selection: GiftSelection, *, newest_first: bool = False) -> QuerySet[Any]:
    """Return the register as GiftRow tuples: one statement, so that its reader sees one snapshot."""
    first, *others = (
        events.order_by().values_list(*(f"row_{field}" for field in GiftRow._fields))
        for events in gift_events(selection)
    )
    sign = "-" if newest_first else ""
    return first.union(*others, all=True).order_by(
        *(f"{sign}row_{name}" for name in REGISTER_ORDER)
    )


def gift_events(selection: GiftSelection) -> list[QuerySet[Any]]:
    """Return the events of each kind, annotated with `row_<field>` for every field of GiftRow.

    `row_line` is besides the key of the event's balance transaction, None until it is booked.
    """
    wanted = _condition(selection)
    every = (_gifts(), _refunds(), _failed_refunds(), _other_movements())
    return [events.filter(wanted) for events in every]


def _condition(selection: GiftSelection) -> Q:
    zone = LegalEntity.objects.values_list("time_zone", flat=True).get(slug=selection.entity)
    wanted = Q(row_entity=selection.entity) & selection.within("row_at", zone)
    for name in ("currency", "campaign", "frequency", "fund", "prompt"):
        if value := getattr(selection, name):
            wanted &= Q(**{f"row_{name}": value})
    return wanted


def _gifts() -> QuerySet[Any]:
    return (
        Payment.objects.filter(status__in=Payment.SETTLED)
        .annotate(line=_line({"charge"}))
        .annotate(
            row_kind=_text(GiftEvent.GIFT),
            row_at=F("succeeded_at"),
            row_amount=F("amount"),
            row_fee_cover=F("donation__fee_cover"),
            row_stripe_refund=Value(None, CharField()),
            row_stripe_dispute=Value(None, CharField()),
            row_reference=F("reference"),
            row_status=F("status"),
            **_settlement("line__"),
            **_gift_fields(""),
        )
    )


def _refunds() -> QuerySet[Any]:
    """Refunds that moved or will move money; one that failed before it moved any is no event."""
    return _with_refund_fields(
        Q(status__in=Refund.STANDING) | Q(line__isnull=False),
        row_kind=_text(GiftEvent.REFUND),
        row_at=F("created_at"),
        row_amount=F("amount") * -1,
        **_settlement("line__"),
    )


def _failed_refunds() -> QuerySet[Any]:
    return _with_refund_fields(
        Q(status__in=[RefundStatus.FAILED, RefundStatus.CANCELED], line__isnull=False),
        row_kind=_text(GiftEvent.REFUND_FAILED),
        row_at=Coalesce("return_line__created_at", "created_at"),
        row_amount=F("amount"),
        **_settlement("return_line__"),
    )


def _with_refund_fields(condition: Q, **fields: Any) -> QuerySet[Any]:
    refunds: QuerySet[Any] = (
        Refund.objects.annotate(
            line=_line({"refund", "payment_refund"}), return_line=_line({"refund_failure"})
        )
        .filter(condition)
        .annotate(
            row_fee_cover=_no_amount(),
            row_stripe_refund=F("stripe_id"),
            row_stripe_dispute=Value(None, CharField()),
            row_reference=F("reference"),
            row_status=F("status"),
            **fields,
            **_gift_fields("payment__"),
        )
    )
    return refunds


def _other_movements() -> QuerySet[Any]:
    """Everything else that Stripe booked on a gift: each of its lines is an event of its own."""
    returned = Q(reporting_category__in=_RETURNED) | Q(type__in=_RETURNED)
    lines: QuerySet[Any] = (
        BalanceTransaction.objects.filter(payment__isnull=False)
        .exclude(reporting_category="charge")
        .exclude(reporting_category__in=_REFUND_LINES, refund__isnull=False)
        .annotate(
            row_kind=Case(
                When(reporting_category="dispute", then=_text(GiftEvent.DISPUTE)),
                When(reporting_category="dispute_reversal", then=_text(GiftEvent.DISPUTE_REVERSAL)),
                When(returned, then=_text(GiftEvent.LATE_FAILURE)),
                default=_text(GiftEvent.ADJUSTMENT),
            ),
            row_at=F("created_at"),
            # Settled in the payer's currency, the line says it itself; otherwise only what is disputed is known.
            row_amount=Case(
                When(reporting_category__in=_COSTS, then=_no_amount()),
                When(currency=F("payment__currency"), then=F("amount")),
                When(reporting_category="dispute", then=F("dispute__amount") * -1),
                When(reporting_category="dispute_reversal", then=F("dispute__amount")),
                When(returned, then=F("payment__amount") * -1),
                default=_no_amount(),
                output_field=BigIntegerField(),
            ),
            row_fee_cover=_no_amount(),
            row_stripe_refund=F("refund__stripe_id"),
            row_stripe_dispute=F("dispute__stripe_id"),
            row_reference=Coalesce("dispute__reference", "payment__reference"),
            row_status=Coalesce("dispute__state", "payment__status", output_field=CharField()),
            **_settlement(""),
            **_gift_fields("payment__"),
        )
    )
    return lines


def _line(categories: set[str]) -> FilteredRelation:
    """Return the join to the one balance transaction of these reporting categories of Stripe's."""
    return FilteredRelation(
        "balance_transactions",
        condition=Q(balance_transactions__reporting_category__in=sorted(categories)),
    )


def _settlement(line: str) -> dict[str, F]:
    """Return what an event's balance transaction says, and what hangs on it; `line` is the path to it."""
    return {
        "row_settlement_currency": F(f"{line}currency"),
        "row_gross": F(f"{line}amount"),
        "row_fee": F(f"{line}fee"),
        "row_net": F(f"{line}net"),
        "row_balance_transaction": F(f"{line}stripe_id"),
        "row_line": F(f"{line}id"),
        "row_available_on": F(f"{line}available_on"),
        "row_accounting_on": F(f"{line}posting__accounting_on"),
        "row_reporting_currency": F(f"{line}reporting__currency"),
        "row_reporting_gross": F(f"{line}reporting__amount"),
        "row_reporting_fee": F(f"{line}reporting__fee"),
        "row_reporting_net": F(f"{line}reporting__net"),
        "row_payout": F(f"{line}payout_item__payout__stripe_id"),
        "row_payout_arrives_on": F(f"{line}payout_item__payout__arrival_on"),
    }


def _gift_fields(payment: str) -> dict[str, Any]:
    """Return what every event says about its gift; `payment` is the path to the payment."""
    donation = f"{payment}donation__"
    return {
        "row_gift_reference": F(f"{payment}reference"),
        "row_entity": F(f"{donation}entity__slug"),
        "row_frequency": F(f"{donation}frequency"),
        "row_sequence": F(f"{donation}sequence"),
        "row_supporter": F(f"{donation}customer__party"),
        "row_supporter_name": F(f"{donation}customer__name"),
        "row_supporter_email": F(f"{donation}customer__email"),
        "row_country": F(f"{donation}customer__country"),
        "row_currency": F(f"{payment}currency"),
        "row_method": F(f"{payment}method"),
        "row_card_brand": F(f"{payment}card_brand"),
        "row_card_country": F(f"{payment}card_country"),
        "row_campaign": F(f"{donation}campaign__slug"),
        "row_fund": F(f"{donation}fund__code"),
        "row_stripe_payment_intent": F(f"{payment}stripe_id"),
        "row_stripe_charge": F(f"{payment}stripe_charge_id"),
        "row_stripe_invoice": F(f"{payment}stripe_invoice_id"),
        **{
            f"row_{name}": KeyTextTransform(name, F(f"{donation}attribution"))
            for name in _ATTRIBUTION
        },
    }


def _no_amount() -> Cast:
    # With its type, without which PostgreSQL cannot add it up.
    return Cast(Value(None), BigIntegerField())


def _text(value: str) -> Value:
    return Value(value, CharField())

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from payments.donations.models import Dispute, Donation, Payment, PaymentAttempt, Refund
from payments.read_only import ReadOnlyAdmin, ReadOnlyInline, amount_column, amount_columns

_REFUNDED = amount_column("amount", "Refunded", currency="payment.currency")


class PaymentInline(ReadOnlyInline):
    model = Payment
    fields = ("reference", "status", "printed_amount", "stripe_id", "succeeded_at")
    printed_amount = staticmethod(amount_column("amount", "Charged"))


class PaymentAttemptInline(ReadOnlyInline):
    model = PaymentAttempt
    fields = ("made_at", "number", "outcome", "decline_code", "next_attempt_at")
    show_change_link = False


class RefundInline(ReadOnlyInline):
    model = Refund
    fields = ("reference", "status", "printed_amount", "reason", "stripe_id", "created_at")
    printed_amount = staticmethod(_REFUNDED)


class DisputeInline(ReadOnlyInline):
    model = Dispute
    fields = ("reference", "state", "printed_amount", "reason", "stripe_id", "created_at")
    printed_amount = staticmethod(amount_column("amount", "Disputed"))


@admin.register(Donation)
class DonationAdmin(ReadOnlyAdmin):
    printed = amount_columns(amount="Gift", fee_cover="Fee cover")
    list_display = (
        "reference",
        "frequency",
        "sequence",
        *printed.values(),
        "campaign",
        "fund",
        "created_at",
    )
    list_filter = ("frequency", "currency", "campaign", "fund")
    list_select_related = ("campaign", "fund")
    search_fields = ("=reference", "=customer__reference", "=customer__party")
    ordering = ("-id",)
    inlines = (PaymentInline,)


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    printed = amount_columns(
        amount="Charged", refunded_amount="Refunded", held_amount="Held", lost_amount="Lost"
    )
    list_display = (
        "reference",
        "status",
        printed["amount"],
        printed["refunded_amount"],
        "method",
        "card_brand",
        "succeeded_at",
        "stripe_id",
    )
    list_filter = ("status", "currency", "method", "card_brand")
    search_fields = (
        "=stripe_id",
        "=stripe_charge_id",
        "=stripe_invoice_id",
        "=reference",
        "=donation__reference",
    )
    date_hierarchy = "succeeded_at"
    ordering = ("-id",)
    inlines = (PaymentAttemptInline, RefundInline, DisputeInline)


class UnfoundedNoteFilter(admin.SimpleListFilter):
    """Refunds that failed after the payer was told of them: somebody has to refund anew, or to write."""

    title = "credit note"
    parameter_name = "note"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("unfounded", "Sent, but the refund failed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Refund]) -> QuerySet[Refund]:
        if self.value() != "unfounded":
            return queryset
        return queryset.exclude(status__in=Refund.STANDING).filter(credit_note__isnull=False)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    printed = {"amount": _REFUNDED}
    list_display = (
        "reference",
        "status",
        _REFUNDED,
        "reason",
        "created_at",
        "failed_at",
        "printed_credit_note",
        "stripe_id",
    )
    list_filter = ("status", "reason", UnfoundedNoteFilter)
    list_select_related = ("payment", "credit_note")
    search_fields = ("=stripe_id", "=reference", "=payment__stripe_id", "=payment__reference")
    ordering = ("-id",)

    @admin.display(description="Credit note", empty_value="")
    def printed_credit_note(self, refund: Refund) -> str | None:
        if not hasattr(refund, "credit_note"):
            return None
        number = str(refund.credit_note)
        return number if refund.status in Refund.STANDING else f"{number}, but the refund failed"


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    printed = amount_columns(amount="Disputed")
    list_display = (
        "reference",
        "state",
        *printed.values(),
        "taken_amount",
        "reason",
        "created_at",
        "changed_at",
        "stripe_id",
    )
    list_filter = ("state", "reason", "currency")
    search_fields = ("=stripe_id", "=reference", "=payment__stripe_id", "=payment__reference")
    ordering = ("-id",)

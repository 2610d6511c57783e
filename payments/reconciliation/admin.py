from django.contrib import admin

from payments.read_only import ReadOnlyAdmin, ReadOnlyInline, amount_columns
from payments.reconciliation.models import BankLine, Payout, ReconciliationChange

_AMOUNT = amount_columns(amount="Amount")


class ReconciliationChangeInline(ReadOnlyInline):
    model = ReconciliationChange
    fields = ("at", "verb", "actor", "note")
    show_change_link = False


@admin.register(Payout)
class PayoutAdmin(ReadOnlyAdmin):
    """Rows of payouts; they are worked on at the finance desk."""

    printed = _AMOUNT
    list_display = ("stripe_id", *_AMOUNT.values(), "status", "state", "arrival_on")
    list_filter = ("state", "status", "currency")
    search_fields = ("=stripe_id", "=trace_id")
    date_hierarchy = "arrival_on"
    ordering = ("-arrival_on", "-id")
    inlines = (ReconciliationChangeInline,)


@admin.register(BankLine)
class BankLineAdmin(ReadOnlyAdmin):
    printed = _AMOUNT
    list_display = ("booked_on", *_AMOUNT.values(), "description", "match", "account")
    list_filter = ("match", "account")
    list_select_related = ("account",)
    search_fields = ("description", "=bank_reference")
    date_hierarchy = "booked_on"
    ordering = ("-booked_on", "-id")
    inlines = (ReconciliationChangeInline,)

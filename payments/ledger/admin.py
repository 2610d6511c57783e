from django.contrib import admin

from payments.ledger.models import BalanceTransaction, LedgerEntry, LedgerPosting
from payments.money import Money
from payments.read_only import ReadOnlyAdmin, ReadOnlyInline, amount_column, amount_columns


class LedgerEntryInline(ReadOnlyInline):
    model = LedgerEntry
    fields = ("account", "gift_class", "fund", "detail", "printed_amount")
    printed_amount = staticmethod(amount_column("amount", "Debit (credit is negative)"))
    show_change_link = False


@admin.display(description="Fee lines")
def _fee_lines(line: BalanceTransaction) -> str:
    return ", ".join(
        f"{fee['type']} {Money(fee['amount'], fee['currency']).format()}"
        for fee in line.fee_details
    )


_AMOUNTS = amount_columns(amount="Gross", fee="Fee", net="Net")


@admin.register(BalanceTransaction)
class BalanceTransactionAdmin(ReadOnlyAdmin):
    printed = {**_AMOUNTS, "fee_details": _fee_lines}
    list_display = (
        "stripe_id",
        "reporting_category",
        *_AMOUNTS.values(),
        "created_at",
        "available_on",
    )
    list_filter = ("reporting_category", "currency")
    search_fields = ("=stripe_id", "=source_id")
    date_hierarchy = "created_at"
    ordering = ("-id",)


@admin.register(LedgerPosting)
class LedgerPostingAdmin(ReadOnlyAdmin):
    list_display = ("accounting_on", "description", "balance_transaction", "posted_at")
    list_select_related = ("balance_transaction",)
    search_fields = ("=balance_transaction__stripe_id", "=balance_transaction__source_id")
    date_hierarchy = "accounting_on"
    ordering = ("-posted_at", "-id")
    inlines = (LedgerEntryInline,)

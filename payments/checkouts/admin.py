from django.contrib import admin

from payments.checkouts.models import Checkout
from payments.read_only import ReadOnlyAdmin, amount_column, amount_columns


@admin.register(Checkout)
class CheckoutAdmin(ReadOnlyAdmin):
    printed = amount_columns(amount="Gift", fee_cover="Fee cover")
    list_display = (
        "reference",
        "status",
        "frequency",
        amount_column("total", "Total"),
        "campaign",
        "created_at",
        "completed_at",
    )
    list_filter = ("status", "frequency", "currency", "campaign")
    list_select_related = ("campaign",)
    search_fields = ("=stripe_id", "=reference", "=email")
    ordering = ("-id",)
    # The page's address lets its holder pay in the reader's name.
    exclude = ("url", "browser_session")

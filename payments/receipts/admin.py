from django.contrib import admin

from payments.read_only import ReadOnlyAdmin
from payments.receipts.models import NumberSeries, Receipt


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    list_display = ("number", "document_type", "issued_on", "payment", "rendered_at", "checksum")
    list_filter = ("document_type", "fiscal_year", "entity")
    list_select_related = ("payment", "document")
    search_fields = ("=number", "=reference", "=payment__reference", "=payment__stripe_id")
    ordering = ("-id",)
    # What is printed names the supporter.
    exclude = ("content",)
    readonly_fields = ("rendered_at", "checksum")

    @admin.display(description="PDF stored at", empty_value="due")
    def rendered_at(self, receipt: Receipt) -> object:
        return receipt.document.rendered_at if hasattr(receipt, "document") else None

    @admin.display(description="SHA-256")
    def checksum(self, receipt: Receipt) -> str:
        return receipt.document.sha256 if hasattr(receipt, "document") else ""


@admin.register(NumberSeries)
class NumberSeriesAdmin(ReadOnlyAdmin):
    list_display = ("entity", "document_type", "fiscal_year", "last_number")
    list_select_related = ("entity",)
    ordering = ("entity", "document_type", "-fiscal_year")

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from payments.entities.forms import LegalEntityForm
from payments.entities.models import LegalEntity


@admin.register(LegalEntity)
class LegalEntityAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who receives the money: kept for good, because receipts and books refer to it."""

    form = LegalEntityForm
    list_display = ("trading_name", "legal_name", "kind", "country", "default_currency")
    fieldsets = (
        (
            "Who",
            {
                "fields": (
                    "kind",
                    "legal_name",
                    "trading_name",
                    "slug",
                    "registration_number",
                    "address",
                    "country",
                    "contact_email",
                )
            },
        ),
        (
            "Books",
            {
                "fields": (
                    "time_zone",
                    "fiscal_year_start_month",
                    "fiscal_year_start_day",
                    "default_currency",
                    "refund_approval_limit",
                    "receipt_prefix",
                )
            },
        ),
        (
            "What payers read",
            {
                "fields": (
                    "statement_descriptor",
                    "legal_sentence",
                    "receipt_note",
                    "mandate_terms",
                    "mandate_version",
                )
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Stripe's product is named after it.
        return ("slug",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone

from payments.audit.actions import Subject, record_audit
from payments.entities.forms import LegalEntityForm
from payments.entities.models import LegalEntity

# What of an entity decides about money or its books.
_DECIDING = (
    "time_zone",
    "fiscal_year_start_month",
    "fiscal_year_start_day",
    "default_currency",
    "refund_approval_limit",
    "release_approval_limit",
    "receipt_prefix",
)


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
                    "release_approval_limit",
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

    def save_model(self, request: HttpRequest, obj: LegalEntity, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        changed = [name for name in _DECIDING if name in form.changed_data]
        if change and changed:
            subject = Subject(
                "legal entity",
                obj.slug,
                before={name: form.initial[name] for name in changed},
                after={name: form.cleaned_data[name] for name in changed},
            )
            actor = cast(AbstractBaseUser, request.user)
            record_audit("entity_changed", subject, actor=actor, now=timezone.now())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Stripe's product is named after it.
        return ("slug",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

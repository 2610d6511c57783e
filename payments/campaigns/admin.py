from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from payments.campaigns.forms import CampaignCurrencyForm, CampaignForm, SuggestedAmountForm
from payments.campaigns.formsets import CurrencyFormSet, SuggestedAmountFormSet
from payments.campaigns.models import Campaign, CampaignCurrency, Fund, SuggestedAmount
from payments.campaigns.queries import unusable_amounts
from payments.money import Money


class CampaignCurrencyInline(admin.TabularInline):  # type: ignore[type-arg]
    model = CampaignCurrency
    form = CampaignCurrencyForm
    formset = CurrencyFormSet
    extra = 0


class SuggestedAmountInline(admin.TabularInline):  # type: ignore[type-arg]
    model = SuggestedAmount
    form = SuggestedAmountForm
    formset = SuggestedAmountFormSet
    extra = 0


@admin.register(Campaign)
class CampaignAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What is asked for. Closed and kept, never deleted, because gifts refer to it."""

    form = CampaignForm
    list_display = ("title", "slug", "status", "entity", "fund", "opens_at", "closes_at")
    list_filter = ("status", "entity")
    list_select_related = ("entity", "fund")
    search_fields = ("title", "slug")
    inlines = (CampaignCurrencyInline, SuggestedAmountInline)
    prepopulated_fields = {"slug": ["title"]}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for amount in unusable_amounts(form.instance):
            printed = Money(amount.amount, amount.currency).format()
            messages.warning(
                request,
                f"{printed} ({amount.get_frequency_display().lower()}) is suggested but cannot be "
                "given: its currency or its size is outside this campaign's limits.",
            )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Fund)
class FundAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "code", "entity", "is_restricted")
    list_filter = ("entity", "is_restricted")
    list_select_related = ("entity",)
    search_fields = ("name", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # The books know it by these.
        return ("entity", "code") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

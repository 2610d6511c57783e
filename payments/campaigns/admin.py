from datetime import datetime
from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone

from payments.audit.actions import Subject, record_audit
from payments.campaigns.forms import CampaignCurrencyForm, CampaignForm, SuggestedAmountForm
from payments.campaigns.formsets import CurrencyFormSet, SuggestedAmountFormSet
from payments.campaigns.models import Campaign, CampaignCurrency, Fund, SuggestedAmount
from payments.campaigns.trail import note_terms, terms_of


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


_WHY_FIXED = (
    "The page's address. It stays as it is, because readers have given here: Stripe, letters and "
    "links elsewhere know the campaign by it."
)


def _minute(instant: datetime | None) -> str | None:
    return f"{instant:%Y-%m-%d %H:%M}" if instant else None


def _has_been_used(campaign: Campaign | None) -> bool:
    return campaign is not None and campaign.checkouts.exists()


@admin.register(Campaign)
class CampaignAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What is asked for. Closed and kept, never deleted, because gifts refer to it."""

    form = CampaignForm
    list_display = ("title", "slug", "status", "fund", "opens", "closes")
    list_filter = ("status", "entity")
    list_select_related = ("fund",)
    search_fields = ("title", "slug")
    inlines = (CampaignCurrencyInline, SuggestedAmountInline)
    prepopulated_fields = {"slug": ["title"]}

    @admin.display(description="Opens (UTC)", ordering="opens_at", empty_value="at once")
    def opens(self, campaign: Campaign) -> str | None:
        return _minute(campaign.opens_at)

    @admin.display(description="Closes (UTC)", ordering="closes_at", empty_value="never")
    def closes(self, campaign: Campaign) -> str | None:
        return _minute(campaign.closes_at)

    def get_readonly_fields(self, request: HttpRequest, obj: Campaign | None = None) -> Any:
        return ("slug",) if _has_been_used(obj) else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Campaign | None = None) -> Any:
        return {} if _has_been_used(obj) else self.prepopulated_fields

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if _has_been_used(obj):
            kwargs["help_texts"] = {"slug": _WHY_FIXED}
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: bool) -> None:
        form.terms_before = terms_of(obj.pk)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        actor = cast(AbstractBaseUser, request.user)
        note_terms(form.instance, form.terms_before, actor=actor, now=timezone.now())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Fund)
class FundAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "code", "entity", "is_restricted")
    list_filter = ("entity", "is_restricted")
    list_select_related = ("entity",)
    search_fields = ("name", "code")

    def save_model(self, request: HttpRequest, obj: Fund, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        # What a restricted fund holds has to be released.
        if "is_restricted" in form.changed_data:
            facts = {"is_restricted": obj.is_restricted}
            before = {"is_restricted": not obj.is_restricted} if change else {}
            record_audit(
                "fund_changed" if change else "fund_added",
                Subject("fund", f"{obj.entity.slug} {obj.code}", before=before, after=facts),
                actor=cast(AbstractBaseUser, request.user),
                now=timezone.now(),
            )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # The books know it by these.
        return ("entity", "code") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

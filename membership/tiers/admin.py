from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from membership.tiers.actions import set_tier, withdraw_override
from membership.tiers.forms import TierAmountForm, TierOverrideForm
from membership.tiers.models import (
    Benefit,
    Tier,
    TierAmount,
    TierChange,
    TierOverride,
    TierStanding,
)
from membership.tiers.tasks import derive_due_tiers
from payments.nudge import nudge
from payments.read_only import ReadOnlyAdmin


class TierAmountInline(admin.TabularInline):  # type: ignore[type-arg]
    model = TierAmount
    form = TierAmountForm
    extra = 0


class BenefitInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Benefit
    fields = ("position", "key", "text")
    extra = 0


@admin.register(Tier)
class TierAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """How tiers are earned and what comes with them; saving has every supporter's tier derived again."""

    list_display = ("name", "key", "rank", "grace_days", "is_retired")
    fields = ("name", "key", "rank", "grace_days", "is_retired")
    inlines = (TierAmountInline, BenefitInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Tier | None = None) -> Any:
        return ("key",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Tier, form: Any, change: bool) -> None:
        obj.changed_at = timezone.now()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        nudge(derive_due_tiers)


@admin.register(TierOverride)
class TierOverrideAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Tiers that staff set: added with a reason and an end, never changed, taken back by an action."""

    form = TierOverrideForm
    list_display = (
        "supporter",
        "tier",
        "starts_at",
        "ends_at",
        "withdrawn_at",
        "reason",
        "made_by",
    )
    list_filter = ("tier",)
    list_select_related = ("supporter", "tier", "made_by")
    search_fields = ("=reference", "=supporter__reference", "=supporter__email")
    autocomplete_fields = ("supporter",)
    actions = ("withdraw",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("membership.withdraw_tieroverride")

    def save_model(self, request: HttpRequest, obj: TierOverride, form: Any, change: bool) -> None:
        chosen = form.cleaned_data
        made = set_tier(
            chosen["supporter"],
            chosen["tier"],
            ends_at=chosen["ends_at"],
            reason=chosen["reason"],
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
        obj.pk, obj.reference = made.pk, made.reference
        nudge(derive_due_tiers)

    @admin.action(description="Take selected tiers back", permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, overrides: QuerySet[TierOverride]) -> None:
        now = timezone.now()
        chosen = list(overrides.order_by("id"))
        ended = [override for override in chosen if withdraw_override(override.pk, now=now)]
        for override in ended:
            self.log_change(request, override, "Taken back")
        nudge(derive_due_tiers)
        messages.info(request, f"{len(ended)} of {len(chosen)} were taken back.")


@admin.register(TierStanding)
class TierStandingAdmin(ReadOnlyAdmin):
    list_display = ("supporter", "tier", "since", "until", "is_in_grace", "next_at")
    list_filter = ("tier", "is_in_grace")
    list_select_related = ("supporter", "tier")
    search_fields = ("=supporter__reference", "=supporter__email")
    ordering = ("-id",)


@admin.register(TierChange)
class TierChangeAdmin(ReadOnlyAdmin):
    list_display = ("changed_at", "supporter", "from_tier", "to_tier", "reason", "cause")
    list_filter = ("to_tier", "cause")
    list_select_related = ("supporter", "from_tier", "to_tier")
    search_fields = ("=supporter__reference", "=supporter__email")
    ordering = ("-id",)

from typing import Any

from django.contrib import admin

from payments.money import Money
from payments.plans.models import PlanChange, PlanCommand, RecurringPlan
from payments.read_only import ReadOnlyAdmin, ReadOnlyInline, amount_columns

_AMOUNTS = amount_columns(amount="Amount", fee_cover="Fee cover")


class PlanChangeInline(ReadOnlyInline):
    model = PlanChange
    fields = ("made_at", "kind", "cause", "was", "became")

    @admin.display(description="Before")
    def was(self, change: PlanChange) -> str:
        return _told(change.before, change.plan)

    @admin.display(description="After")
    def became(self, change: PlanChange) -> str:
        return _told(change.after, change.plan)


def _told(values: dict[str, Any], plan: RecurringPlan) -> str:
    """Return the changed fields as words, amounts in the plan's currency."""
    told = {
        name: Money(value, plan.currency).format() if name in _AMOUNTS else value
        for name, value in values.items()
    }
    return ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in told.items())


class PlanCommandInline(ReadOnlyInline):
    model = PlanCommand
    fields = ("asked_at", "kind", "cause", "state", "attempts", "settled_at")


@admin.register(RecurringPlan)
class RecurringPlanAdmin(ReadOnlyAdmin):
    printed = _AMOUNTS
    list_display = (
        "reference",
        "status",
        "frequency",
        _AMOUNTS["amount"],
        "campaign",
        "started_at",
        "current_period_end_at",
        "ended_at",
    )
    list_filter = ("status", "frequency", "currency", "campaign")
    list_select_related = ("campaign",)
    search_fields = ("=stripe_id", "=reference", "=customer__reference", "=customer__party")
    ordering = ("-id",)
    inlines = (PlanCommandInline, PlanChangeInline)

from django.contrib import admin

from payments.plans.models import PlanChange, RecurringPlan
from payments.read_only import ReadOnlyAdmin, ReadOnlyInline, amount_column


class PlanChangeInline(ReadOnlyInline):
    model = PlanChange
    fields = ("made_at", "kind", "cause", "before", "after")


@admin.register(RecurringPlan)
class RecurringPlanAdmin(ReadOnlyAdmin):
    list_display = (
        "reference",
        "status",
        "frequency",
        amount_column("amount", "Amount"),
        "campaign",
        "started_at",
        "current_period_end_at",
        "ended_at",
    )
    list_filter = ("status", "frequency", "currency", "campaign")
    list_select_related = ("campaign",)
    search_fields = ("=stripe_id", "=reference", "=customer__reference", "=customer__party")
    ordering = ("-id",)
    inlines = (PlanChangeInline,)

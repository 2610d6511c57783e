from django.contrib import admin

from payments.drift.models import DriftAudit, DriftFinding
from payments.read_only import ReadOnlyAdmin, ReadOnlyInline


class DriftFindingInline(ReadOnlyInline):
    model = DriftFinding
    fields = ("kind", "problem", "stripe_id", "outcome", "note")
    show_change_link = False


@admin.register(DriftAudit)
class DriftAuditAdmin(ReadOnlyAdmin):
    """Audits against Stripe; they are asked for at the finance desk."""

    list_display = ("requested_at", "since", "until", "is_repairing", "state")
    list_filter = ("state", "is_repairing")
    date_hierarchy = "requested_at"
    ordering = ("-id",)
    inlines = (DriftFindingInline,)

from membership.supporters.models import ConsentRecord, StatusChange
from payments.read_only import ReadOnlyAdmin, ReadOnlyInline


class StatusChangeInline(ReadOnlyInline):
    model = StatusChange
    fields = ("changed_at", "from_state", "to_state", "reason", "cause")
    show_change_link = False


class ConsentRecordInline(ReadOnlyInline):
    model = ConsentRecord
    fields = ("recorded_at", "purpose", "granted", "text_version", "source")
    show_change_link = False


class SupporterPage(ReadOnlyAdmin):
    """Who a supporter is; the letters, which stand above, register it with what became of their mail."""

    list_display = ("reference", "name", "email", "state", "state_since", "email_verified_at")
    list_filter = ("state", "country")
    search_fields = ("=reference", "=email", "name")
    ordering = ("-id",)
    inlines = (StatusChangeInline, ConsentRecordInline)

from django.contrib import admin

from payments.finance.models import AccessLog
from payments.read_only import ReadOnlyAdmin


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnlyAdmin):
    list_display = ("at", "person", "action", "report", "export", "filters")
    list_filter = ("action", "report")
    list_select_related = ("user", "export")
    search_fields = ("=user__email", "=export__reference")
    date_hierarchy = "at"
    ordering = ("-id",)

    @admin.display(description="Who", ordering="user__email")
    def person(self, entry: AccessLog) -> str:
        return str(entry.user.get_username())

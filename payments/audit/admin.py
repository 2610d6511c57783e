from django.contrib import admin

from payments.audit.models import AuditEntry
from payments.read_only import ReadOnlyAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "action", "object_type", "object_reference", "reason")
    list_select_related = ("actor",)
    list_filter = ("action", "object_type")
    search_fields = ("=object_reference",)
    date_hierarchy = "at"

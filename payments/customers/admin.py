from django.contrib import admin

from payments.customers.models import Customer
from payments.read_only import ReadOnlyAdmin


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    list_display = ("reference", "name", "email", "country", "currency", "stripe_id", "created_at")
    list_filter = ("currency", "country")
    search_fields = ("=stripe_id", "=reference", "=party", "=email", "name")
    ordering = ("-id",)

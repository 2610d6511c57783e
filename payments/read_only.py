"""Admin pages over rows that staff look at and never change there."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from payments.money import Money


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Lists and shows; what money did is changed by actions that leave a trace, never by a form."""

    list_per_page = 50
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        # Django leaves out what no form may edit, and a reference is what staff are asked for.
        unseen = {field.name for field in self.opts.fields if not field.editable}
        return (*self.readonly_fields, *sorted(unseen & {"reference"}))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]
    """The rows that belong to the one shown."""

    extra = 0
    can_delete = False
    show_change_link = True

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.fields

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def amount_column(field: str, words: str) -> Callable[[Any], str]:
    """Return a list column that prints `field`, minor units of the row's `currency`."""

    @admin.display(description=words, ordering=field)
    def column(row: Any) -> str:
        minor = getattr(row, field)
        return "" if minor is None else Money(minor, row.currency).format()

    return column

"""Admin pages over rows that staff look at and never change there."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from payments.money import Money

Column = Callable[[Any], str]


def amount_column(field: str, words: str, *, currency: str = "currency") -> Column:
    """Return a column that prints `field`, minor units of the currency that the path `currency` leads to."""

    @admin.display(description=words, ordering=field)
    def column(row: Any) -> str:
        minor = getattr(row, field)
        return "" if minor is None else Money(minor, attrgetter(currency)(row)).format()

    return column


def amount_columns(**words: str) -> dict[str, Column]:
    """Return an `amount_column` for each field that is named."""
    return {field: amount_column(field, heading) for field, heading in words.items()}


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Lists and shows; what money did is changed by actions that leave a trace, never by a form."""

    list_per_page = 50
    show_full_result_count = False
    # What stands on a row's own page in the place of these fields: nobody reads minor units.
    printed: ClassVar[dict[str, Column]] = {}

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        named = [name for name in super().get_fields(request, obj) if isinstance(name, str)]
        return [self.printed.get(name, name) for name in named]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        # Django leaves out what no form may edit, and a reference is what staff are asked for.
        unseen = {field.name for field in self.opts.fields if not field.editable}
        return (*self.readonly_fields, *sorted(unseen & {"reference"}), *self.printed.values())

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

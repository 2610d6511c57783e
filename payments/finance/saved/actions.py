from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser

from payments.finance.saved.models import SavedView


@dataclass(frozen=True, slots=True)
class Selected:
    """A report as its page shows it; with a `period`, the days among the filters are not kept."""

    report: str
    filters: Mapping[str, str]
    period: str = ""


def save_view(
    name: str, selected: Selected, *, is_shared: bool, owner: AbstractBaseUser, now: datetime
) -> SavedView:
    """Keep a selection under a name; one that its owner has under the same name becomes this one."""
    kept = {
        field: value
        for field, value in selected.filters.items()
        if not (selected.period and field in ("first", "last"))
    }
    view, _ = SavedView.objects.update_or_create(
        owner_id=owner.pk,
        name=name,
        defaults={
            "report": selected.report,
            "filters": kept,
            "period": selected.period,
            "is_shared": is_shared,
            "saved_at": now,
        },
    )
    return view

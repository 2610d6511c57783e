"""From a figure to the rows behind it."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse

from payments.finance.columns import Link, Value

# What a report that is drilled into keeps of the one that leads there, unless a column says otherwise.
_KEPT = ("entity", "first", "last")


def report_address(report: str, filters: Mapping[str, str]) -> str:
    """Return the page of a report with these filters and no others.

    The days are named even when they are empty, or the page would show its own usual period.
    """
    return f"{reverse('payments:report', args=[report])}?{urlencode({'first': '', 'last': '', **filters})}"


def to_report(report: str, *, kept: tuple[str, ...] = _KEPT, **columns: str) -> Link:
    """Return a column's link to the rows of `report` behind its cell.

    `columns` names the filters of that report that are taken from columns of the row, `kept` those that both share.
    """

    def link(values: Mapping[str, Value], filters: Mapping[str, str]) -> str:
        taken = {name: str(values[column]) for name, column in columns.items() if values[column]}
        return report_address(
            report, {**{name: filters[name] for name in kept if name in filters}, **taken}
        )

    return link

"""The screen of any report: filters in the address, totals, rows by the page, and the way to a file."""

from collections.abc import Sequence
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from payments.entities.models import LegalEntity
from payments.finance.access import person, visible_groups
from payments.finance.actions import log_view
from payments.finance.columns import Figures, Row
from payments.finance.forms import ExportForm
from payments.finance.kept.queries import locked_month
from payments.finance.saved.forms import SaveForm
from payments.finance.screen import FiguredRows, cells, headings, shown_columns, sum_tables
from payments.finance.table import Table
from payments.finance.tables import TABLES
from payments.periods import civil_date

_ROWS_A_PAGE = 50


@require_safe
@never_cache
def reports(request: HttpRequest) -> HttpResponse:
    """Show the reports that this person may see, by group, with what each means."""
    person(request)
    groups = visible_groups(request)
    if not groups:
        raise PermissionDenied
    return render(request, "payments/finance/reports.html", {"groups": groups})


@require_safe
@never_cache
def report(request: HttpRequest, name: str) -> HttpResponse:
    """Show the rows that the address selects, the report's usual period where it names no days.

    Answers 400 with the form's own words where a filter makes no sense; the look itself is written down.
    """
    table = TABLES.get(name)
    if table is None:
        raise Http404
    user = person(request)
    if not request.user.has_perm(table.permission):
        raise PermissionDenied
    entities = list(LegalEntity.objects.order_by("id"))
    if not entities:
        return render(request, "payments/finance/not_set_up.html")
    now = timezone.now()
    today = civil_date(now, entities[0].time_zone)
    usual = {"entity": entities[0].slug, **table.form.defaults(today)}
    form = table.form({**usual, **request.GET.dict()}, entities=entities)
    context = {"form": form, "table": table}
    if not form.is_valid():
        return render(request, "payments/finance/report.html", context, status=400)
    filters = form.as_filters()
    log_view(user, report=table.name, filters=filters, now=now)
    entity = form.chosen_entity
    context |= {
        "entity": entity,
        "now": now,
        "zone": ZoneInfo(entity.time_zone),
        "site_entity": entities[0],
        "export_form": ExportForm(offers_personal=_offers_personal(request, table)),
        "save_form": SaveForm(
            filters=filters,
            today=today,
            may_share=request.user.has_perm("payments.share_savedview"),
            auto_id="save_%s",
        ),
        "filters": filters,
        "locked": locked_month(filters) if table.has_period else None,
        "presets": table.form.presets(filters, today),
        # The days are named even when they are empty, or the next page would be the usual period's.
        "query": urlencode({"first": "", "last": "", **filters}),
        **_rows(request, table, filters, entity),
        **(table.context(filters) if table.context else {}),
    }
    return render(request, "payments/finance/report.html", context)


def _rows(
    request: HttpRequest, table: Table, filters: dict[str, str], entity: LegalEntity
) -> dict[str, object]:
    """Return the rows of the page asked for, with the figures of all."""
    every = table.screen(filters) if table.screen else list(table.rows(filters))
    page = Paginator(every, _ROWS_A_PAGE).get_page(request.GET.get("page"))
    shown = shown_columns(
        table.columns, with_personal=request.user.has_perm("payments.view_personal_data")
    )
    return {
        "page": page,
        "every": every,
        "headings": headings(shown),
        "rows": cells(page, table.columns, shown, filters=filters, zone=ZoneInfo(entity.time_zone)),
        # A panel of the report's own may do without.
        "sum_tables": lambda: sum_tables(table.columns, _figures(table, filters, every)),
    }


def _figures(table: Table, filters: dict[str, str], every: Sequence[Row]) -> Figures:
    if isinstance(every, FiguredRows):
        return every.figures
    return table.totals(filters) if table.totals else table.added_up(every)


def _offers_personal(request: HttpRequest, table: Table) -> bool:
    return table.has_personal_columns and request.user.has_perm("payments.view_personal_data")

"""The gift register's screen: filters in the address, totals that tie, rows by the page."""

from datetime import date, timedelta
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from payments.entities.models import LegalEntity
from payments.finance.access import person
from payments.finance.actions import log_view
from payments.finance.forms import ExportForm, GiftRegisterForm
from payments.finance.queries import GiftRow, register_rows
from payments.finance.register_totals import register_totals
from payments.finance.selections import GiftSelection
from payments.finance.tables.gift_register import GIFT_REGISTER
from payments.periods import civil_date

_ROWS_A_PAGE = 50


@require_safe
@never_cache
@permission_required(GIFT_REGISTER.permission, raise_exception=True)
def gift_register(request: HttpRequest) -> HttpResponse:
    """Show the events that the address selects, this month's where it names no days."""
    entity = LegalEntity.objects.order_by("id").first()
    if entity is None:
        return render(request, "payments/finance/not_set_up.html")
    now = timezone.now()
    today = civil_date(now, entity.time_zone)
    form = GiftRegisterForm(
        {
            "entity": entity.slug,
            "first": str(today.replace(day=1)),
            "last": str(today),
            **request.GET.dict(),
        }
    )
    context = {"form": form, "table": GIFT_REGISTER}
    if not form.is_valid():
        return render(request, "payments/finance/gift_register.html", context, status=400)
    selection = form.selection
    filters = selection.as_filters()
    log_view(person(request), report=GIFT_REGISTER.name, filters=filters, now=now)
    page = Paginator(register_rows(selection, newest_first=True), _ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    may_see_personal = request.user.has_perm("payments.view_personal_data")
    context |= {
        "entity": LegalEntity.objects.get(slug=selection.entity),
        "export_form": ExportForm(may_see_personal=may_see_personal),
        "filters": filters,
        "may_see_personal": may_see_personal,
        "page": page,
        "presets": _presets(selection, today),
        # The days are named even when they are empty, or the next page would be this month's.
        "query": urlencode({"first": "", "last": "", **filters}),
        "rows": [GiftRow._make(row) for row in page],
        "totals": register_totals(selection),
    }
    return render(request, "payments/finance/gift_register.html", context)


def _presets(selection: GiftSelection, today: date) -> list[tuple[str, str]]:
    """Return the usual periods as (words, query), the other filters kept."""
    this_month = today.replace(day=1)
    last_month_ends = this_month - timedelta(days=1)
    periods = {
        "This month": (this_month, today),
        "Last month": (last_month_ends.replace(day=1), last_month_ends),
        "This year": (today.replace(month=1, day=1), today),
        "All": ("", ""),
    }
    others = selection.as_filters()
    return [
        (words, urlencode({**others, "first": first, "last": last}))
        for words, (first, last) in periods.items()
    ]

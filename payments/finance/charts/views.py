"""The page of charts, which ends with the month that the dashboard shows."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from payments.entities.models import LegalEntity
from payments.finance.charts.payouts import payouts_figures
from payments.finance.charts.received import received_figures
from payments.finance.charts.recurring import recurring_figures
from payments.finance.dashboard.months import DashboardForm
from payments.finance.months.calendar import Month
from payments.periods import civil_date


@require_safe
@never_cache
@permission_required("payments.view_reports", raise_exception=True)
def charts(request: HttpRequest) -> HttpResponse:
    """Draw the twelve months that end with the one in the address; 400 for one that there is not."""
    entities = list(LegalEntity.objects.order_by("id"))
    if not entities:
        return render(request, "payments/finance/not_set_up.html")
    this_month = Month.of(civil_date(timezone.now(), entities[0].time_zone))
    usual = {"entity": entities[0].slug, "month": this_month.key}
    form = DashboardForm({**usual, **request.GET.dict()}, entities=entities)
    if not form.is_valid():
        return render(request, "payments/finance/charts.html", {"form": form}, status=400)
    entity = form.chosen_entity
    month: Month = form.cleaned_data["month"]
    return render(
        request,
        "payments/finance/charts.html",
        {
            "form": form,
            "entity": entity,
            "site_entity": entities[0],
            "month": month,
            "figures": [
                *received_figures(entity, month),
                *recurring_figures(entity, month),
                *payouts_figures(entity, month),
            ],
        },
    )

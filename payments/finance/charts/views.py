"""The page of charts, which ends with the month that the dashboard shows."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from payments.entities.models import LegalEntity
from payments.finance.charts.figures import payouts_figure, received_figure, recurring_figure
from payments.finance.dashboard.months import DashboardForm
from payments.finance.months.calendar import Month
from payments.periods import civil_date


@require_safe
@never_cache
@permission_required("payments.view_reports", raise_exception=True)
def charts(request: HttpRequest) -> HttpResponse:
    """Draw the twelve months that end with the one in the address; 400 for one that there is not."""
    entity = LegalEntity.objects.order_by("id").first()
    if entity is None:
        return render(request, "payments/finance/not_set_up.html")
    this_month = Month.of(civil_date(timezone.now(), entity.time_zone))
    form = DashboardForm({"entity": entity.slug, "month": this_month.key, **request.GET.dict()})
    if not form.is_valid():
        return render(request, "payments/finance/charts.html", {"form": form}, status=400)
    if form.cleaned_data["entity"] != entity.slug:
        entity = LegalEntity.objects.get(slug=form.cleaned_data["entity"])
    month: Month = form.cleaned_data["month"]
    return render(
        request,
        "payments/finance/charts.html",
        {
            "form": form,
            "entity": entity,
            "month": month,
            "figures": [
                received_figure(entity, month),
                recurring_figure(entity, month),
                payouts_figure(entity, month),
            ],
        },
    )

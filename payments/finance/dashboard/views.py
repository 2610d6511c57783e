"""The page that the finance desk opens with."""

from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from payments.entities.models import LegalEntity
from payments.finance.dashboard.failing import failures_of
from payments.finance.dashboard.money import money_of, money_tiles
from payments.finance.dashboard.months import DashboardForm
from payments.finance.dashboard.recurring import recurring_of
from payments.finance.dashboard.waiting import payouts_coming, queue_of
from payments.finance.measures.recovery import FailureOutcome
from payments.finance.months.calendar import Month
from payments.periods import civil_date


@require_safe
@never_cache
@permission_required("payments.view_reports", raise_exception=True)
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the figures of the month in the address, this one where it names none.

    Answers 400 with the form's own words for a month or a newspaper that there is not.
    """
    entities = list(LegalEntity.objects.order_by("id"))
    if not entities:
        return render(request, "payments/finance/not_set_up.html")
    now = timezone.now()
    this_month = Month.of(civil_date(now, entities[0].time_zone))
    usual = {"entity": entities[0].slug, "month": this_month.key}
    form = DashboardForm({**usual, **request.GET.dict()}, entities=entities)
    if not form.is_valid():
        return render(request, "payments/finance/dashboard.html", {"form": form}, status=400)
    entity = form.chosen_entity
    month: Month = form.cleaned_data["month"]
    recurring = recurring_of(entity, month)
    tiles = money_tiles(entity, month, money_of(entity, [month.previous, month]))
    if recurring and recurring.tile:
        tiles.append(recurring.tile)
    return render(
        request,
        "payments/finance/dashboard.html",
        {
            "form": form,
            "entity": entity,
            "site_entity": entities[0],
            "month": month,
            "is_running": month == this_month,
            "has_following": month < this_month,
            "tiles": [tile for tile in tiles if request.user.has_perm(tile.permission)],
            "recurring": recurring,
            "failures": failures_of(entity, month),
            "outcomes": FailureOutcome.labels,
            "coming": payouts_coming(entity),
            "queue": queue_of(entity, now=now),
            "zone": ZoneInfo(entity.time_zone),
        },
    )

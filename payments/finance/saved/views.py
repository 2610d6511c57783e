"""Saved views: kept from a report's page, opened, renamed and deleted."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from payments.entities.models import LegalEntity
from payments.finance.access import person
from payments.finance.filters import usual_periods
from payments.finance.links import report_address
from payments.finance.saved.actions import Selected, save_view
from payments.finance.saved.forms import NameForm, SaveForm
from payments.finance.saved.models import SavedView
from payments.finance.tables import TABLES
from payments.periods import civil_date

_MAY_SEE = permission_required("payments.view_reports", raise_exception=True)


@require_safe
@never_cache
@_MAY_SEE
def saved_views(request: HttpRequest) -> HttpResponse:
    """List one's own views and those that others share, of reports that one may see."""
    user = person(request)
    found = SavedView.objects.filter(Q(owner=user.pk) | Q(is_shared=True)).select_related("owner")
    views = [
        (view, TABLES[view.report], view.owner_id == user.pk)
        for view in found
        if view.report in TABLES and request.user.has_perm(TABLES[view.report].permission)
    ]
    return render(request, "payments/finance/saved_views.html", {"views": views})


@require_safe
@never_cache
@_MAY_SEE
def open_view(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Lead to the report with the view's filters; a period such as last month is today's."""
    view = get_object_or_404(
        SavedView, Q(owner=person(request).pk) | Q(is_shared=True), reference=reference
    )
    filters = dict(view.filters)
    if view.period:
        zone = LegalEntity.objects.values_list("time_zone", flat=True).get(slug=filters["entity"])
        filters |= usual_periods(civil_date(timezone.now(), zone))[view.period]
    return redirect(report_address(view.report, filters))


@require_POST
@_MAY_SEE
def save(request: HttpRequest, report: str) -> HttpResponse:
    """Keep the posted selection of a report; 400 with the reason for one that makes no sense."""
    table = TABLES.get(report)
    if table is None or not request.user.has_perm(table.permission):
        raise Http404
    filters = table.form(request.POST)
    may_share = request.user.has_perm("payments.share_savedview")
    today = timezone.now().date()
    form = SaveForm(request.POST, filters={}, today=today, may_share=may_share)
    if not (filters.is_valid() and form.is_valid()):
        context = {"forms": [filters, form], "table": table}
        return render(request, "payments/finance/export_refused.html", context, status=400)
    chosen = form.cleaned_data
    view = save_view(
        chosen["name"],
        Selected(report, filters.as_filters(), chosen["period"]),
        is_shared=chosen.get("shared", False),
        owner=person(request),
        now=timezone.now(),
    )
    messages.success(request, f"Saved as {view.name}.")
    return redirect("payments:saved_views")


@require_POST
@_MAY_SEE
def rename(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Give a view of one's own another name."""
    view, form = _own(request, reference), NameForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for error in form.errors["name"]))
        return redirect("payments:saved_views")
    view.name = form.cleaned_data["name"]
    try:
        with transaction.atomic():
            view.save(update_fields=["name"])
    except IntegrityError:
        messages.error(request, f"You have a view called {view.name} already.")
    return redirect("payments:saved_views")


@require_POST
@_MAY_SEE
def delete(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Delete a view of one's own; the report and its rows stay."""
    view = _own(request, reference)
    view.delete()
    messages.success(request, f"{view.name} is deleted.")
    return redirect("payments:saved_views")


def _own(request: HttpRequest, reference: UUID) -> SavedView:
    return get_object_or_404(SavedView, owner=person(request).pk, reference=reference)

"""The pages of payouts: the list with its sums, and each payout with the evidence."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from payments.entities.models import LegalEntity
from payments.errors import InvalidTransition
from payments.reconciliation.access import may_decide, may_look, person
from payments.reconciliation.actions import reopen_payout, settle_payout
from payments.reconciliation.forms import NoteForm, PayoutFilterForm
from payments.reconciliation.models import Payout, ReconciliationState
from payments.reconciliation.payout_models import COMING
from payments.reconciliation.queries import (
    lines_of_payout,
    payout_difference,
    payout_summary,
    payouts_between,
    payouts_retried_by,
)
from payments.reconciliation.trail import Decision

_PAYOUTS_A_PAGE, _LINES_A_PAGE = 50, 100


@require_safe
@never_cache
@may_look
def payouts(request: HttpRequest) -> HttpResponse:
    """List the payouts that the address selects, the latest first, with their sums by currency and state."""
    entity = LegalEntity.objects.order_by("id").first()
    if entity is None:
        return render(request, "payments/finance/not_set_up.html")
    form = PayoutFilterForm(request.GET)
    if not form.is_valid():
        context = {"form": form}
        return render(request, "payments/reconciliation/payouts.html", context, status=400)
    chosen = form.cleaned_data
    found = payouts_between(entity, first=chosen["first"], last=chosen["last"])
    for name in ("state", "currency"):
        if chosen[name]:
            found = found.filter(**{name: chosen[name]})
    if chosen["coming"]:
        found = found.filter(status__in=COMING)
    sums = (
        found.order_by()
        .values("currency", "state")
        .annotate(count=Count("id"), amount=Sum("amount"))
        .order_by("currency", "state")
    )
    page = Paginator(found.prefetch_related("bank_lines"), _PAYOUTS_A_PAGE).get_page(
        request.GET.get("page")
    )
    labels = dict(ReconciliationState.choices)
    return render(
        request,
        "payments/reconciliation/payouts.html",
        {
            "form": form,
            "page": page,
            "query": urlencode({k: v for k, v in chosen.items() if v}),
            "sums": [{**row, "label": labels[row["state"]]} for row in sums],
        },
    )


@require_safe
@never_cache
@may_look
def payout(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show a payout: whether it adds up, what it paid out, its bank lines and what was decided about it."""
    return _payout_page(request, _found(reference), NoteForm())


@require_POST
@may_decide
def settle(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Settle a payout by hand with a note, or take that back."""
    found, form = _found(reference), NoteForm(request.POST)
    if not form.is_valid():
        return _payout_page(request, found, form, status=400)
    decision = Decision(timezone.now(), person(request), form.cleaned_data["note"])
    act = reopen_payout if request.POST.get("verb") == "reopen" else settle_payout
    try:
        act(found.pk, decision=decision)
    except InvalidTransition as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Saved, with your name and note.")
    return redirect("payments:payout", reference)


def _found(reference: UUID) -> Payout:
    payouts = Payout.objects.select_related("entity", "settled_by")
    return get_object_or_404(payouts, reference=reference)


def _payout_page(
    request: HttpRequest, found: Payout, form: NoteForm, *, status: int = 200
) -> HttpResponse:
    page = Paginator(lines_of_payout(found), _LINES_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "payments/reconciliation/payout.html",
        {
            "payout": found,
            "difference": payout_difference(found),
            "summary": payout_summary(found),
            "page": page,
            "bank_lines": found.bank_lines.select_related("account").order_by("booked_on", "id"),
            "retried": payouts_retried_by(found),
            "changes": found.changes.select_related("actor", "bank_line"),
            "form": form,
            "may_decide": request.user.has_perm("payments.reconcile_payout"),
            "is_exception": found.state == ReconciliationState.EXCEPTION,
            "is_manual": found.state == ReconciliationState.MANUAL,
        },
        status=status,
    )

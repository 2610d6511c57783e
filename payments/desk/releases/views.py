"""The pages of releases: what restricted funds hold, release a part, approve or decline, take back."""

from datetime import datetime
from uuid import UUID, uuid4

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payments.campaigns.models import Fund
from payments.desk.forms import DecisionForm
from payments.desk.limits import release_limit
from payments.desk.releases.actions import (
    ReleaseOrder,
    approve_release,
    ask_release,
    decline_release,
    take_back_release,
)
from payments.desk.releases.forms import ReleaseForm, TakeBackForm
from payments.desk.releases.queries import Holding, holding_of, holdings, releases
from payments.errors import NoteMissing, ReleaseRefused
from payments.finance.access import person
from payments.finance.links import report_address
from payments.ledger.models import FundRelease
from payments.ledger.release_models import ReleaseState
from payments.money import Money
from payments.periods import civil_date

_MAY_LOOK = permission_required("payments.view_fundrelease", raise_exception=True)
_MAY_RELEASE = permission_required("payments.release_fund", raise_exception=True)
_MAY_DECIDE = permission_required("payments.decide_fundrelease", raise_exception=True)
_RECENT = 20


@require_safe
@never_cache
@_MAY_LOOK
def fund_releases(request: HttpRequest) -> HttpResponse:
    """Show what restricted funds hold, what waits for a decision, and the latest releases."""
    waiting = releases().filter(state=ReleaseState.WAITING).order_by("id")
    return render(
        request,
        "payments/desk/releases.html",
        {
            "holdings": holdings(),
            "waiting": waiting[:_RECENT],
            "recent": releases().exclude(state=ReleaseState.WAITING)[:_RECENT],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_MAY_RELEASE
def new_release(request: HttpRequest, entity: str, fund: str, currency: str) -> HttpResponse:
    """Release money of a fund; answers 422 with the form and its reasons where it cannot be."""
    found = get_object_or_404(Fund.objects.select_related("entity"), entity__slug=entity, code=fund)
    holding = holding_of(found, currency)
    if holding is None:
        raise Http404
    now, held = timezone.now(), Money(holding.held, currency)
    if request.method != "POST":
        return _new_page(
            request, holding, ReleaseForm(initial=_initial(found, now), held=held), now
        )
    form = ReleaseForm(request.POST, held=held)
    if form.is_valid():
        order = ReleaseOrder(fund_id=found.pk, currency=currency, **form.cleaned_data)
        try:
            made = ask_release(order, actor=person(request), now=now)
        except (ReleaseRefused, NoteMissing) as error:
            form.add_error(None, str(error))
        else:
            return redirect("payments:fund_release", made.reference)
    return _new_page(request, holding, form, now)


@require_safe
@never_cache
@_MAY_LOOK
def fund_release(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show a release with its postings, and what may still be done about it."""
    return _release_page(request, get_object_or_404(releases(), reference=reference))


@require_POST
@_MAY_LOOK
def release_decide(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Approve or decline; who asked may only withdraw it. Answers 422 with the reason where that cannot be."""
    found = get_object_or_404(releases(), reference=reference)
    form = DecisionForm(request.POST)
    if not (_is_own(request, found) or request.user.has_perm("payments.decide_fundrelease")):
        raise PermissionDenied
    if not form.is_valid():
        return _release_page(request, found, form)
    decide = approve_release if form.cleaned_data["decision"] == "approve" else decline_release
    note = form.cleaned_data["note"]
    try:
        decide(found.pk, actor=person(request), note=note, now=timezone.now())
    except (ReleaseRefused, NoteMissing) as error:
        form.add_error(None, str(error))
        return _release_page(request, found, form)
    return redirect("payments:fund_release", found.reference)


@require_POST
@_MAY_DECIDE
def release_take_back(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Put the money back into its fund; answers 422 with the reason where that cannot be."""
    found = get_object_or_404(releases(), reference=reference)
    form = TakeBackForm(request.POST)
    if not form.is_valid():
        return _release_page(request, found, form)
    reason = form.cleaned_data["reason"]
    try:
        take_back_release(found.pk, actor=person(request), reason=reason, now=timezone.now())
    except (ReleaseRefused, NoteMissing) as error:
        form.add_error(None, str(error))
        return _release_page(request, found, form)
    return redirect("payments:fund_release", found.reference)


def _initial(fund: Fund, now: datetime) -> dict[str, object]:
    return {"reference": uuid4(), "released_on": civil_date(now, fund.entity.time_zone)}


def _new_page(
    request: HttpRequest, holding: Holding, form: ReleaseForm, now: datetime
) -> HttpResponse:
    entity = holding.fund.entity
    today = civil_date(now, entity.time_zone)
    return render(
        request,
        "payments/desk/new_release.html",
        {
            "holding": holding,
            "entity": entity,
            "form": form,
            "limit": release_limit(entity, holding.currency, today=today),
        },
        status=422 if form.errors else 200,
    )


def _release_page(
    request: HttpRequest, found: FundRelease, form: DecisionForm | TakeBackForm | None = None
) -> HttpResponse:
    is_own = _is_own(request, found)
    may_decide = request.user.has_perm("payments.decide_fundrelease")
    is_waiting = found.state == ReleaseState.WAITING
    is_released = found.state == ReleaseState.RELEASED
    next_form = form or (DecisionForm() if is_waiting else TakeBackForm())
    return render(
        request,
        "payments/desk/release.html",
        {
            "release": found,
            "postings": found.postings.select_related("posted_by").order_by("posted_at", "id"),
            "form": next_form,
            "is_own": is_own,
            "may_approve": is_waiting and may_decide and not is_own,
            "may_decline": is_waiting and (may_decide or is_own),
            "may_take_back": is_released and may_decide,
            "report": report_address("funds", {"entity": found.fund.entity.slug}),
        },
        status=422 if form is not None and form.errors else 200,
    )


def _is_own(request: HttpRequest, found: FundRelease) -> bool:
    return found.requested_by_id == request.user.pk

"""The pages of the refund desk: find a payment, ask for its refund, approve or decline."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from payments.desk.actions import RefundOrder, approve_refund, decline_refund
from payments.desk.carrying_out import carry_out, request_refund
from payments.desk.forms import DecisionForm, FindForm, RefundForm
from payments.desk.limits import refund_limit
from payments.desk.models import RefundReason, RefundRequest, RefundRequestState
from payments.desk.queries import (
    MOST_FOUND,
    find_payments,
    next_number,
    payments_shown,
    refund_requests,
    refundable_amount,
)
from payments.donations.models import Payment
from payments.errors import GatewayUnauthorised, GatewayUnavailable, NoteMissing, RefundRefused
from payments.finance.access import person
from payments.money import Money
from payments.periods import civil_date

_MAY_LOOK = permission_required(
    ("payments.view_payment", "payments.view_refundrequest"), raise_exception=True
)
_RECENT = 20
_LATER = "Stripe does not answer at the moment. The refund is written down, and is made by itself within minutes."


@require_safe
@never_cache
@_MAY_LOOK
def refunds(request: HttpRequest) -> HttpResponse:
    """Show the payments that the words in the address may mean, what waits for a decision, and the latest refunds."""
    form = FindForm(request.GET)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    may_see_people = _may_see_people(request)
    waiting = refund_requests().filter(state=RefundRequestState.WAITING).order_by("id")
    return render(
        request,
        "payments/desk/refunds.html",
        {
            "form": form,
            "text": text,
            "found": find_payments(text, may_see_people=may_see_people) if text else None,
            "most_found": MOST_FOUND,
            "may_see_people": may_see_people,
            "is_withheld": "@" in text and not may_see_people,
            "waiting": waiting[:_RECENT],
            "recent": refund_requests().exclude(state=RefundRequestState.WAITING)[:_RECENT],
        },
    )


@require_safe
@never_cache
@_MAY_LOOK
def payment(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show one payment with what went back of it, and the form for a refund to who may ask."""
    found = get_object_or_404(payments_shown(), reference=reference)
    return _payment_page(request, found)


@require_POST
@permission_required("payments.request_refund", raise_exception=True)
def payment_refund(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Ask for a refund; answers 422 with the form and its reasons where it cannot be made."""
    found = get_object_or_404(payments_shown(), reference=reference)
    form = RefundForm(request.POST, refundable=_refundable(found))
    if not form.is_valid():
        return _payment_page(request, found, form)
    order = RefundOrder(
        payment_id=found.pk,
        number=form.cleaned_data["number"],
        amount=form.cleaned_data["amount"],
        reason=RefundReason(form.cleaned_data["reason"]),
        comment=form.cleaned_data["comment"],
        may_exceed_limit=request.user.has_perm("payments.exceed_refund_limit"),
    )
    try:
        made = request_refund(order, actor=person(request), now=timezone.now())
    except (RefundRefused, NoteMissing) as error:
        form.add_error(None, str(error))
        return _payment_page(request, found, form)
    except (GatewayUnavailable, GatewayUnauthorised):
        messages.warning(request, _LATER)
        made = RefundRequest.objects.get(payment=found, number=order.number)
    return redirect("payments:refund", made.reference)


@require_safe
@never_cache
@_MAY_LOOK
def refund(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show what became of a refund, and the decision to who may take it."""
    return _refund_page(request, get_object_or_404(refund_requests(), reference=reference))


@require_POST
@_MAY_LOOK
def refund_decide(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Approve or decline; who asked may only take it back. Answers 422 with the reason where that cannot be."""
    found = get_object_or_404(refund_requests(), reference=reference)
    form = DecisionForm(request.POST)
    if not (_is_own(request, found) or request.user.has_perm("payments.decide_refund")):
        raise PermissionDenied
    if not form.is_valid():
        return _refund_page(request, found, form)
    decide = approve_refund if form.cleaned_data["decision"] == "approve" else decline_refund
    now = timezone.now()
    try:
        decided = decide(found.pk, actor=person(request), note=form.cleaned_data["note"], now=now)
        if decided.state == RefundRequestState.ORDERED:
            carry_out(decided, now=now)
    except (RefundRefused, NoteMissing) as error:
        form.add_error(None, str(error))
        return _refund_page(request, found, form)
    except (GatewayUnavailable, GatewayUnauthorised):
        messages.warning(request, _LATER)
    return redirect("payments:refund", found.reference)


def _payment_page(
    request: HttpRequest, found: Payment, form: RefundForm | None = None
) -> HttpResponse:
    refundable = _refundable(found)
    entity = found.donation.entity
    today = civil_date(timezone.now(), entity.time_zone)
    if form is None and request.user.has_perm("payments.request_refund") and refundable.minor:
        form = RefundForm(
            initial={"number": next_number(found), "amount": refundable.to_decimal()},
            refundable=refundable,
        )
    return render(
        request,
        "payments/desk/payment.html",
        {
            "payment": found,
            "refundable": refundable.minor,
            "limit": refund_limit(entity, found.currency, today=today),
            "form": form,
            "requests": refund_requests().filter(payment=found),
            "refunds": found.refunds.filter(request=None).order_by("-id"),
            "disputes": found.disputes.order_by("-id"),
            "receipts": found.receipts.order_by("id"),
            "may_see_people": _may_see_people(request),
        },
        status=422 if form is not None and form.errors else 200,
    )


def _refund_page(
    request: HttpRequest, found: RefundRequest, form: DecisionForm | None = None
) -> HttpResponse:
    is_own = _is_own(request, found)
    may_decide = request.user.has_perm("payments.decide_refund")
    is_waiting = found.state == RefundRequestState.WAITING
    return render(
        request,
        "payments/desk/refund.html",
        {
            "refund": found,
            "payment": found.payment,
            "form": form or DecisionForm(),
            "is_waiting": is_waiting,
            "is_ordered": found.state == RefundRequestState.ORDERED,
            "has_failed": bool(found.refund and found.refund.failed_at),
            "is_own": is_own,
            "may_approve": may_decide and not is_own,
            "may_decline": is_waiting and (may_decide or is_own),
        },
        status=422 if form is not None and form.errors else 200,
    )


def _refundable(found: Payment) -> Money:
    return Money(refundable_amount(found), found.currency)


def _is_own(request: HttpRequest, found: RefundRequest) -> bool:
    return found.requested_by_id == request.user.pk


def _may_see_people(request: HttpRequest) -> bool:
    return request.user.has_perm("payments.view_personal_data") or request.user.has_perm(
        "payments.view_customer"
    )

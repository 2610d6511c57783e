"""The pages of the dispute desk: what has to be answered by when, the evidence, and the outcome."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from payments.desk.answering import Draft, accept_dispute, save_draft, submit_answer
from payments.desk.dispute_forms import AcceptForm, EvidenceForm
from payments.desk.dispute_queries import disputes_by_deadline, disputes_shown, may_be_answered
from payments.desk.evidence import TEXTS, gathered_evidence
from payments.desk.models import DisputeAnswer, DisputeAnswerState
from payments.donations.models import Dispute
from payments.errors import DisputeRefused, GatewayUnauthorised, GatewayUnavailable, NoteMissing
from payments.finance.access import person

_MAY_LOOK = permission_required(
    ("payments.view_dispute", "payments.view_disputeanswer"), raise_exception=True
)
_MAY_ANSWER = permission_required("payments.answer_dispute", raise_exception=True)
_ROWS_A_PAGE = 50
_URGENT_DAYS = 3


@require_safe
@never_cache
@_MAY_LOOK
def disputes(request: HttpRequest) -> HttpResponse:
    """Show what has to be answered, the nearest deadline first, then what was decided."""
    page = Paginator(disputes_by_deadline(), _ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = [(each, _answer_of(each), _deadline(each)) for each in page]
    return render(request, "payments/desk/disputes.html", {"page": page, "rows": rows})


@require_safe
@never_cache
@_MAY_LOOK
def dispute(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show one dispute with the evidence that was saved, or what we know where nothing was."""
    return _page(request, get_object_or_404(disputes_shown(), reference=reference))


@require_POST
@_MAY_ANSWER
def dispute_evidence(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Save the answer, or hand it in where that button was pressed; 422 with what was typed where it cannot be."""
    found = get_object_or_404(disputes_shown(), reference=reference)
    form = EvidenceForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    act = submit_answer if "submit" in request.POST else save_draft
    return _acted(request, found, form, act, form.as_draft())


@require_POST
@_MAY_ANSWER
def dispute_accept(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Accept a dispute, with why; what was saved as evidence stays on its row."""
    found = get_object_or_404(disputes_shown(), reference=reference)
    form = AcceptForm(request.POST)
    if not form.is_valid():
        return _page(request, found, accept=form)
    answer = _answer_of(found)
    draft = Draft(
        form.cleaned_data["version"],
        answer.evidence if answer else {},
        form.cleaned_data["note"],
    )
    return _acted(request, found, form, accept_dispute, draft)


def _acted(
    request: HttpRequest,
    found: Dispute,
    form: forms.Form,
    act: Callable[..., DisputeAnswer],
    draft: Draft,
) -> HttpResponse:
    try:
        answer = act(found.pk, draft, actor=person(request), now=timezone.now())
    except (DisputeRefused, NoteMissing) as error:
        form.add_error(None, str(error))
        if isinstance(form, EvidenceForm):
            return _page(request, found, form)
        return _page(request, found, accept=form)
    except (GatewayUnavailable, GatewayUnauthorised):
        messages.warning(
            request,
            "Stripe does not answer at the moment. Your decision is written down, and is told to it within minutes.",
        )
    else:
        if answer.state == DisputeAnswerState.DRAFT and not answer.refusal:
            messages.success(request, "Saved. Stripe has not been told anything yet.")
    return redirect("payments:dispute", found.reference)


def _page(
    request: HttpRequest,
    found: Dispute,
    form: EvidenceForm | None = None,
    *,
    accept: forms.Form | None = None,
) -> HttpResponse:
    answer = _answer_of(found)
    is_draft = answer is None or answer.state == DisputeAnswerState.DRAFT
    may_answer = (
        is_draft
        and may_be_answered(found.stripe_status)
        and request.user.has_perm("payments.answer_dispute")
    )
    evidence = answer.evidence if answer else gathered_evidence(found)
    version = answer.version if answer else 0
    is_wrong = any(each is not None and each.errors for each in (form, accept))
    return render(
        request,
        "payments/desk/dispute.html",
        {
            "dispute": found,
            "payment": found.payment,
            "answer": answer,
            "deadline": _deadline(found),
            "may_answer": may_answer,
            "form": form
            or EvidenceForm(
                initial={"version": version, "note": answer.note if answer else "", **evidence}
            ),
            "accept": accept or AcceptForm(auto_id="accept_%s", initial={"version": version}),
            "problems": accept if accept is not None else form,
            "texts": [
                (label, evidence[name]) for name, (label, _) in TEXTS.items() if name in evidence
            ],
        },
        status=422 if is_wrong else 200,
    )


def _answer_of(found: Dispute) -> DisputeAnswer | None:
    return found.answer if hasattr(found, "answer") else None


def _deadline(found: Dispute) -> dict[str, object] | None:
    """Say until when a dispute has to be answered and how many whole days are left; None where it has not to be."""
    if found.evidence_due_at is None or not may_be_answered(found.stripe_status):
        return None
    days = (found.evidence_due_at - timezone.now()).days
    return {
        "at": found.evidence_due_at,
        "days": days,
        "is_over": days < 0,
        "is_urgent": 0 <= days <= _URGENT_DAYS,
    }

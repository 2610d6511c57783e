"""The pages of the dispute desk: what has to be answered by when, the evidence, and the outcome."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from payments.desk.answering import accept_dispute, save_draft, submit_answer
from payments.desk.dispute_forms import AcceptForm, EvidenceForm
from payments.desk.dispute_queries import (
    disputes_by_deadline,
    disputes_shown,
    files_shown,
    may_be_answered,
)
from payments.desk.drafting import Draft
from payments.desk.evidence import TEXTS, gathered_evidence
from payments.desk.file_forms import AttachForm
from payments.desk.file_views import may_open_files
from payments.desk.filing import attach_file, gather_files, remove_file
from payments.desk.models import DisputeAnswer, DisputeAnswerState
from payments.desk.tasks import draw_dispute_files
from payments.donations.models import Dispute
from payments.errors import (
    DisputeRefused,
    EvidenceFileRefused,
    GatewayUnauthorised,
    GatewayUnavailable,
    NoteMissing,
)
from payments.finance.access import person
from payments.nudge import nudge

_Act = Callable[..., DisputeAnswer]

_MAY_LOOK = permission_required(
    ("payments.view_dispute", "payments.view_disputeanswer"), raise_exception=True
)
_MAY_ANSWER = permission_required("payments.answer_dispute", raise_exception=True)
_ROWS_A_PAGE = 50
_URGENT_DAYS = 3


@dataclass(frozen=True, slots=True)
class _Said:
    """The forms of one request: the texts with or without a file, or why it is accepted."""

    evidence: EvidenceForm | None = None
    attach: AttachForm | None = None
    accept: AcceptForm | None = None

    @property
    def wrong(self) -> EvidenceForm | AttachForm | AcceptForm | None:
        """The form with something wrong in it."""
        forms = (self.evidence, self.attach, self.accept)
        return next((form for form in forms if form is not None and form.errors), None)

    def refuse(self, error: DisputeRefused | NoteMissing) -> None:
        """Show why on the form that can do something about it."""
        if self.attach is not None and isinstance(error, EvidenceFileRefused):
            self.attach.add_error("file", str(error))
            return
        form = self.accept or self.evidence
        assert form is not None  # noqa: S101  every request brings one of the two
        form.add_error(None, str(error))


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
    """Save the answer, change its files, or hand it in, as the button says; 422 with what was typed where it cannot."""
    found = get_object_or_404(disputes_shown(), reference=reference)
    form = EvidenceForm(request.POST)
    attach = AttachForm(request.POST, request.FILES) if "attach" in request.POST else None
    said = _Said(evidence=form, attach=attach)
    if not form.is_valid() or (attach is not None and not attach.is_valid()):
        return _page(request, found, said)
    return _acted(request, found, said, _act_of(request, attach), form.as_draft())


def _act_of(request: HttpRequest, attach: AttachForm | None) -> _Act:
    """Return what the pressed button does to the draft."""
    if attach is not None:
        return partial(attach_file, attachment=attach.as_attachment())
    if "gather" in request.POST:
        return gather_files
    if "remove" in request.POST:
        return partial(remove_file, reference=request.POST["remove"])
    return submit_answer if "submit" in request.POST else save_draft


@require_POST
@_MAY_ANSWER
def dispute_accept(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Accept a dispute, with why; what was saved as evidence stays on its row."""
    found = get_object_or_404(disputes_shown(), reference=reference)
    form = AcceptForm(request.POST)
    said = _Said(accept=form)
    if not form.is_valid():
        return _page(request, found, said)
    answer = _answer_of(found)
    draft = Draft(
        form.cleaned_data["version"],
        answer.evidence if answer else {},
        form.cleaned_data["note"],
    )
    return _acted(request, found, said, accept_dispute, draft)


def _acted(
    request: HttpRequest,
    found: Dispute,
    said: _Said,
    act: _Act,
    draft: Draft,
) -> HttpResponse:
    try:
        answer = act(found.pk, draft, actor=person(request), now=timezone.now())
    except (DisputeRefused, NoteMissing) as error:
        said.refuse(error)
        return _page(request, found, said)
    except (GatewayUnavailable, GatewayUnauthorised):
        messages.warning(
            request,
            "Stripe does not answer at the moment. Your decision is written down, and is told to it within minutes.",
        )
    else:
        nudge(draw_dispute_files)
        if answer.state == DisputeAnswerState.DRAFT and not answer.refusal:
            messages.success(request, "Saved. Stripe has not been told anything yet.")
    return redirect("payments:dispute", found.reference)


def _page(request: HttpRequest, found: Dispute, said: _Said | None = None) -> HttpResponse:
    said = said or _Said()
    answer = _answer_of(found)
    is_draft = answer is None or answer.state == DisputeAnswerState.DRAFT
    may_answer = (
        is_draft
        and may_be_answered(found.stripe_status)
        and request.user.has_perm("payments.answer_dispute")
    )
    evidence = answer.evidence if answer else gathered_evidence(found)
    version = answer.version if answer else 0
    return render(
        request,
        "payments/desk/dispute.html",
        {
            "dispute": found,
            "payment": found.payment,
            "answer": answer,
            "deadline": _deadline(found),
            "may_answer": may_answer,
            "form": said.evidence
            or EvidenceForm(
                initial={"version": version, "note": answer.note if answer else "", **evidence}
            ),
            "accept": said.accept or AcceptForm(auto_id="accept_%s", initial={"version": version}),
            "attach": said.attach or AttachForm(),
            "problems": said.wrong,
            "files": files_shown(answer),
            "may_open": may_open_files(request),
            "texts": [
                (label, evidence[name]) for name, (label, _) in TEXTS.items() if name in evidence
            ],
        },
        status=422 if said.wrong else 200,
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

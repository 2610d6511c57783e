"""The pages of the bank: accounts, statement files, and lines with the payouts that they are."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from payments.entities.models import LegalEntity
from payments.errors import MatchRefused, NoteMissing
from payments.reconciliation.access import may_decide, may_look, person
from payments.reconciliation.bank_actions import (
    match_line,
    note_line,
    set_line_aside,
    unmatch_line,
)
from payments.reconciliation.bank_queries import candidates_for
from payments.reconciliation.forms import (
    BankAccountForm,
    BankLineFilterForm,
    OptionalNoteForm,
    StatementForm,
)
from payments.reconciliation.models import BankAccount, BankLine, BankMatch, Payout
from payments.reconciliation.trail import Decision

_LINES_A_PAGE = 100


@require_safe
@never_cache
@may_look
def bank(request: HttpRequest) -> HttpResponse:
    """List the accounts, and all lines that wait for a payout."""
    return _bank_page(request, BankAccountForm(initial={"payout_words": "STRIPE"}))


@require_POST
@may_decide
def add_account(request: HttpRequest) -> HttpResponse:
    """Add an account into which payouts arrive."""
    entity = LegalEntity.objects.earliest("id")
    blank = BankAccount(entity=entity, created_at=timezone.now())
    form = BankAccountForm(request.POST, instance=blank)
    if not form.is_valid():
        return _bank_page(request, form, status=400)
    account = form.save()
    return redirect("payments:bank_account", account.reference)


def _bank_page(request: HttpRequest, form: BankAccountForm, *, status: int = 200) -> HttpResponse:
    unmatched = Q(lines__match=BankMatch.UNMATCHED)
    accounts = BankAccount.objects.annotate(
        line_count=Count("lines"), unmatched_count=Count("lines", filter=unmatched)
    ).order_by("id")
    waiting = BankLine.objects.filter(match=BankMatch.UNMATCHED).select_related("account")
    return render(
        request,
        "payments/reconciliation/bank.html",
        {
            "accounts": accounts,
            "form": form,
            "lines": waiting.order_by("booked_on", "id")[:_LINES_A_PAGE],
            "may_decide": request.user.has_perm("payments.reconcile_payout"),
        },
        status=status,
    )


@require_safe
@never_cache
@may_look
def bank_account(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show an account's lines and the files that they came from."""
    account = get_object_or_404(BankAccount, reference=reference)
    return account_page(request, account, StatementForm())


def account_page(
    request: HttpRequest, account: BankAccount, form: StatementForm, *, status: int = 200
) -> HttpResponse:
    filters = BankLineFilterForm(request.GET)
    lines = account.lines.select_related("payout").order_by("-booked_on", "-id")
    match = filters.cleaned_data["match"] if filters.is_valid() else ""
    if match:
        lines = lines.filter(match=match)
    return render(
        request,
        "payments/reconciliation/bank_account.html",
        {
            "account": account,
            "filters": filters,
            "form": form,
            "imports": account.imports.select_related("imported_by")[:10],
            "match": match,
            "page": Paginator(lines, _LINES_A_PAGE).get_page(request.GET.get("page")),
            "may_decide": request.user.has_perm("payments.reconcile_payout"),
        },
        status=status,
    )


@require_safe
@never_cache
@may_look
def bank_line(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show a line, the payouts that it could be, and what was decided about it."""
    return _line_page(request, _line(reference))


@require_POST
@may_decide
def decide(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Match a line with a payout, take that back, set it aside, or note something."""
    line, form = _line(reference), OptionalNoteForm(request.POST)
    if not form.is_valid():
        return _line_page(request, line, form=form, status=400)
    decision = Decision(timezone.now(), person(request), form.cleaned_data["note"])
    verb = request.POST.get("verb", "")
    try:
        if verb == "match":
            chosen = get_object_or_404(Payout, stripe_id=request.POST.get("payout", "").strip())
            match_line(line.pk, chosen.pk, decision=decision)
        elif verb == "unmatch":
            unmatch_line(line.pk, decision=decision)
        elif verb == "set_aside":
            set_line_aside(line.pk, decision=decision)
        else:
            note_line(line.pk, decision=decision)
    except (MatchRefused, NoteMissing) as error:
        form.add_error("note", str(error))
        return _line_page(request, line, form=form, status=400)
    messages.success(request, "Saved, with your name.")
    return redirect("payments:bank_line", reference)


def _line(reference: UUID) -> BankLine:
    lines = BankLine.objects.select_related("account", "payout", "source")
    return get_object_or_404(lines, reference=reference)


def _line_page(
    request: HttpRequest,
    line: BankLine,
    *,
    form: OptionalNoteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "payments/reconciliation/bank_line.html",
        {
            "line": line,
            "form": form or OptionalNoteForm(),
            "candidates": candidates_for(line),
            "changes": line.changes.select_related("actor"),
            "is_unmatched": line.match == BankMatch.UNMATCHED,
            "may_decide": request.user.has_perm("payments.reconcile_payout"),
        },
        status=status,
    )

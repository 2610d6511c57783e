"""Reading a statement file in: chosen, looked at as it would be read, then imported."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from payments.errors import StatementUnreadable
from payments.reconciliation.access import may_decide, person
from payments.reconciliation.bank_actions import import_upload, keep_upload
from payments.reconciliation.bank_views import account_page
from payments.reconciliation.forms import LayoutForm, StatementForm
from payments.reconciliation.models import BankAccount, BankUpload
from payments.reconciliation.statement_layout import (
    DELIMITERS,
    ENCODINGS,
    StatementLayout,
    guess_layout,
    layout_from,
)
from payments.reconciliation.statement_reading import headings_of, read_statement

_SHOWN = 8


@require_POST
@may_decide
def upload_statement(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Keep a statement file until its layout is confirmed."""
    account = get_object_or_404(BankAccount, reference=reference)
    form = StatementForm(request.POST, request.FILES)
    if not form.is_valid():
        return account_page(request, account, form, status=400)
    chosen = form.cleaned_data["statement"]
    try:
        upload = keep_upload(
            account,
            filename=chosen.name,
            content=chosen.read(),
            actor=person(request),
            now=timezone.now(),
        )
    except StatementUnreadable as error:
        form.add_error("statement", error.problems)
        return account_page(request, account, form, status=400)
    return redirect("payments:statement", upload.reference)


@require_safe
@never_cache
@may_decide
def statement(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show the first lines of a file as its layout reads them: the account's own, else a guess, else as asked."""
    upload = _upload(request, reference)
    content = bytes(upload.content)
    if "date_column" in request.GET:
        headings = _headings(content, _partial_layout(request))
        form = LayoutForm(request.GET, headings=headings)
        layout = form.layout if form.is_valid() else None
    else:
        layout = _first_layout(upload.account, content)
        form = LayoutForm(initial=layout.as_json(), headings=_headings(content, layout))
    return _statement_page(request, upload, form, layout)


@require_POST
@may_decide
def import_statement(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Read the file in with the layout that was confirmed."""
    upload = _upload(request, reference)
    form = LayoutForm(
        request.POST, headings=_headings(bytes(upload.content), _partial_layout(request))
    )
    if not form.is_valid():
        return _statement_page(request, upload, form, None, status=400)
    account = upload.account
    try:
        result = import_upload(upload, form.layout, actor=person(request), now=timezone.now())
    except StatementUnreadable:
        return _statement_page(request, upload, form, form.layout, status=400)
    source = result.source
    messages.success(
        request,
        f"{source.line_count} lines read: {source.new_count} new, "
        f"{source.line_count - source.new_count} known already, {result.matched_count} matched.",
    )
    return redirect("payments:bank_account", account.reference)


def _upload(request: HttpRequest, reference: UUID) -> BankUpload:
    """Only who chose a file reads it in."""
    uploads = BankUpload.objects.select_related("account")
    return get_object_or_404(uploads, reference=reference, uploaded_by=person(request).pk)


def _first_layout(account: BankAccount, content: bytes) -> StatementLayout:
    """What the account remembers, where the file has those columns; else a guess."""
    remembered = layout_from(account.layout)
    if remembered is not None:
        try:
            read_statement(content, remembered, currency=account.currency)
        except StatementUnreadable:
            return guess_layout(content)
        return remembered
    return guess_layout(content)


def _partial_layout(request: HttpRequest) -> StatementLayout:
    """So much of the layout as finds the headings, from a form that may be wrong."""
    sent = request.POST if request.method == "POST" else request.GET
    row, plain = sent.get("heading_row", ""), StatementLayout()
    encoding, delimiter = sent.get("encoding", ""), sent.get("delimiter", "")
    return StatementLayout(
        encoding=encoding if encoding in ENCODINGS else plain.encoding,
        delimiter=delimiter if delimiter in DELIMITERS else plain.delimiter,
        heading_row=max(1, int(row)) if row.isascii() and row.isdigit() and len(row) < 4 else 1,
    )


def _headings(content: bytes, layout: StatementLayout) -> list[str]:
    try:
        return headings_of(content, layout)
    except StatementUnreadable:
        return []


def _statement_page(
    request: HttpRequest,
    upload: BankUpload,
    form: LayoutForm,
    layout: StatementLayout | None,
    *,
    status: int = 200,
) -> HttpResponse:
    rows, problems = [], []
    if layout is not None:
        try:
            rows = read_statement(bytes(upload.content), layout, currency=upload.account.currency)
        except StatementUnreadable as error:
            problems = error.problems
    return render(
        request,
        "payments/reconciliation/statement.html",
        {
            "upload": upload,
            "account": upload.account,
            "form": form,
            "rows": rows[:_SHOWN],
            "row_count": len(rows),
            "problems": problems,
        },
        status=status,
    )

"""Journals: chosen, checked for what is not mapped, and asked for as a file; and the mapping itself."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payments.entities.models import LegalEntity
from payments.errors import JournalTooLong
from payments.finance.access import person
from payments.finance.actions import request_export
from payments.finance.journals.actions import remove_mapping, save_mapping
from payments.finance.journals.exporting import JOURNALS, selected
from payments.finance.journals.formats import FORMATS
from payments.finance.journals.forms import JournalForm, JournalSelectionForm, MappingForm
from payments.finance.journals.models import AccountMapping
from payments.finance.journals.packing import require_short
from payments.finance.journals.queries import categories_of
from payments.finance.journals.sources import JournalBy, unreconciled_payouts
from payments.finance.orders import ExportOrder
from payments.finance.tasks import write_exports
from payments.nudge import nudge
from payments.periods import civil_date

_MAY_SEE = permission_required("payments.view_reports", raise_exception=True)
_MAY_EXPORT = permission_required("payments.add_export", raise_exception=True)
_MAY_MAP = permission_required("payments.change_accountmapping", raise_exception=True)


@require_safe
@never_cache
@_MAY_SEE
def journals(request: HttpRequest) -> HttpResponse:
    """Choose journals; of the days in the address, the payouts that have none yet are listed."""
    entity = LegalEntity.objects.order_by("id").first()
    if entity is None:
        return render(request, "payments/finance/not_set_up.html")
    today = civil_date(timezone.now(), entity.time_zone)
    initial = {
        "entity": entity.slug,
        "by": JournalBy.PAYOUT.value,
        **JournalForm.defaults(today),
        **request.GET.dict(),
    }
    asked = JournalSelectionForm(initial)
    context: dict[str, object] = {"presets": JournalSelectionForm.presets({}, today)}
    if asked.is_valid() and asked.cleaned_data["by"] == JournalBy.PAYOUT:
        chosen = asked.cleaned_data
        books = LegalEntity.objects.get(slug=chosen["entity"])
        context |= chosen | {
            "left_out": unreconciled_payouts(books, chosen["first"], chosen["last"])
        }
    return render(
        request,
        "payments/finance/journals/journals.html",
        {
            **context,
            "form": JournalForm(initial=initial),
            "entities": LegalEntity.objects.order_by("id"),
        },
    )


@require_POST
@_MAY_EXPORT
def export_journals(request: HttpRequest) -> HttpResponse:
    """Ask for the journals' file; or say what has to be mapped first, and ask for nothing."""
    form = JournalForm(request.POST)
    if not form.is_valid():
        return _refused(request, form, status=400)
    order = ExportOrder(
        JOURNALS.name, form.cleaned_data["format"], form.as_filters(), include_personal=False
    )
    prepared = selected(order)
    if prepared.is_blocked:
        entity = LegalEntity.objects.get(slug=order.filters["entity"])
        return _refused(request, form, entity=entity, prepared=prepared, status=409)
    try:
        require_short(prepared.journals, FORMATS[order.format])
    except JournalTooLong as error:
        form.add_error(None, str(error))
        return _refused(request, form, status=409)
    export = request_export(person(request), order, now=timezone.now())
    nudge(write_exports)
    return redirect("payments:export", export.reference)


@require_safe
@never_cache
@_MAY_SEE
def accounts(request: HttpRequest, entity: str) -> HttpResponse:
    """Show where the lines of every category of the last year go."""
    books = get_object_or_404(LegalEntity, slug=entity)
    # The whole ledger of a large newspaper is too much to look through for a page.
    since = civil_date(timezone.now(), books.time_zone) - timedelta(days=366)
    mappings = AccountMapping.objects.filter(entity=books).select_related("fund")
    return render(
        request,
        "payments/finance/journals/accounts.html",
        {"entity": books, "categories": categories_of(books, since=since), "mappings": mappings},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_MAY_MAP
def mapping(request: HttpRequest, entity: str, pk: int | None = None) -> HttpResponse:
    """Add a row of the mapping, or change one."""
    books = get_object_or_404(LegalEntity, slug=entity)
    row = get_object_or_404(AccountMapping, pk=pk, entity=books) if pk else None
    if request.method == "POST":
        form = MappingForm(request.POST, instance=row, entity=books)
        if form.is_valid():
            save_mapping(form.save(commit=False), actor=person(request), now=timezone.now())
            messages.success(request, "Mapped.")
            return redirect("payments:accounts", books.slug)
    else:
        form = MappingForm(instance=row, entity=books, initial=request.GET.dict())
    return render(
        request,
        "payments/finance/journals/mapping.html",
        {"entity": books, "form": form, "row": row},
        status=400 if form.is_bound else 200,
    )


@require_POST
@_MAY_MAP
def remove(request: HttpRequest, entity: str, pk: int) -> HttpResponse:
    """Take a row of the mapping away."""
    books = get_object_or_404(LegalEntity, slug=entity)
    row = get_object_or_404(AccountMapping, pk=pk, entity=books)
    remove_mapping(row, actor=person(request), now=timezone.now())
    messages.success(request, "Taken away.")
    return redirect("payments:accounts", books.slug)


def _refused(
    request: HttpRequest, form: JournalForm, *, status: int, **context: object
) -> HttpResponse:
    return render(
        request,
        "payments/finance/journals/journals.html",
        {"form": form, "entities": LegalEntity.objects.order_by("id"), **context},
        status=status,
    )

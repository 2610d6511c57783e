"""Exports: asked for by POST, written by a task, shown and downloaded behind sign-in."""

from pathlib import PurePosixPath
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from payments.finance.access import person, visible_export
from payments.finance.actions import cancel_export, log_export, request_export
from payments.finance.exportables import EXPORTABLES
from payments.finance.forms import ExportForm
from payments.finance.kept.manifest import manifest_of
from payments.finance.kept.queries import fault_of
from payments.finance.models import PENDING, AccessAction, Export, ExportState
from payments.finance.months.calendar import Month
from payments.finance.orders import ExportOrder
from payments.finance.progress import progress_of
from payments.finance.tables import TABLES
from payments.finance.tasks import write_exports
from payments.nudge import nudge
from payments.reconciliation.models import Payout

_MAY_EXPORT = permission_required("payments.add_export", raise_exception=True)
_RECENT = 20


@require_safe
@never_cache
@_MAY_EXPORT
def exports(request: HttpRequest) -> HttpResponse:
    """List the latest exports: one's own, or everybody's with the permission to see them."""
    found = Export.objects.select_related("requested_by")
    if not request.user.has_perm("payments.view_export"):
        found = found.filter(requested_by=request.user.pk)
    return render(
        request,
        "payments/finance/exports.html",
        {"exports": [(export, EXPORTABLES[export.report]) for export in found[:_RECENT]]},
    )


@require_POST
@_MAY_EXPORT
def new_export(request: HttpRequest, report: str) -> HttpResponse:
    """Ask for the file of the rows that the posted filters select."""
    if report not in TABLES:
        raise Http404
    table = TABLES[report]
    if not request.user.has_perm(table.permission):
        raise PermissionDenied
    filters = table.form(request.POST)
    form = ExportForm(
        request.POST,
        offers_personal=table.has_personal_columns
        and request.user.has_perm("payments.view_personal_data"),
    )
    if not (filters.is_valid() and form.is_valid()):
        return render(
            request,
            "payments/finance/export_refused.html",
            {"forms": [filters, form], "table": table},
            status=400,
        )
    order = ExportOrder(
        report=report,
        format=form.cleaned_data["format"],
        filters=filters.as_filters(),
        include_personal=form.cleaned_data.get("personal", False),
    )
    export = request_export(person(request), order, now=timezone.now())
    nudge(write_exports)
    return redirect("payments:export", export.reference)


@require_safe
@never_cache
@_MAY_EXPORT
def export(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show how far an export is, and its figures when it is ready."""
    found = visible_export(request, reference)
    exportable = EXPORTABLES[found.report]
    return render(
        request,
        "payments/finance/export.html",
        {
            "export": found,
            "exportable": exportable,
            "format": exportable.formats[found.format],
            "progress": progress_of(found.reference),
            "is_pending": found.state in PENDING,
            "is_cancelled": found.state == ExportState.CANCELLED,
            "rows_address": exportable.address(found.filters),
            "left_out": Payout.objects.filter(stripe_id__in=found.left_out).order_by(
                "arrival_on", "id"
            ),
            "is_own": found.requested_by_id == request.user.pk,
            "is_ready": _is_downloadable(found),
            "kept": found.kept,
            "kept_month": Month(found.kept.period.first_on) if found.kept else None,
            "control_totals": [
                (column.removesuffix("_minor"), currency, minor)
                for column, sums in found.totals.items()
                for currency, minor in sums.items()
            ],
        },
    )


@require_POST
@_MAY_EXPORT
def export_cancel(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Let a file of one's own not be written; one that is ready stays. Raises Http404 for another's."""
    found = visible_export(request, reference)
    if found.requested_by_id != request.user.pk:
        raise Http404
    cancel_export(found.pk, now=timezone.now())
    return redirect("payments:export", found.reference)


@require_safe
@never_cache
@_MAY_EXPORT
def export_download(request: HttpRequest, reference: UUID) -> HttpResponse | FileResponse:
    """Send the file and write down who took it."""
    found = visible_export(request, reference)
    if not _is_downloadable(found):
        return redirect("payments:export", found.reference)
    if found.kept is not None and (fault := fault_of(found.kept)):
        messages.error(request, fault)
        return redirect("payments:export", found.reference)
    log_export(person(request), AccessAction.DOWNLOADED, export=found, now=timezone.now())
    kind = EXPORTABLES[found.report].formats[found.format]
    extension = PurePosixPath(str(found.file)).suffix.removeprefix(".")
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=f"{_file_stem(found)}.{extension}",
        # Several files of a package are one zip.
        content_type=kind.content_type if extension == kind.extension else "application/zip",
    )


@require_safe
@never_cache
@_MAY_EXPORT
def manifest(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Send the figures that prove a file, to be kept beside it."""
    found = visible_export(request, reference)
    if found.row_count is None:
        raise Http404
    name = f"{_file_stem(found)}.manifest.json"
    return JsonResponse(
        manifest_of(found),
        json_dumps_params={"indent": 2},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _is_downloadable(found: Export) -> bool:
    """Say whether there is a file and its link has not ended, whether or not the sweep has run."""
    return (
        found.state == ExportState.READY
        and found.expires_at is not None
        and found.expires_at > timezone.now()
    )


def _file_stem(found: Export) -> str:
    """Return for instance gift-register-2026-11-01-2026-11-30-4f1c2a9b."""
    days = [found.filters[name] for name in ("first", "last") if name in found.filters]
    return "-".join([found.report.replace("_", "-"), *days, found.reference.hex[:8]])

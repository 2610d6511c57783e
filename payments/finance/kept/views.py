"""The kept files of a locked month: each by itself, with its manifest, and all in one zip."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from payments.errors import DocumentDamaged
from payments.finance.access import person
from payments.finance.actions import log_files
from payments.finance.kept.archive import file_name, zipped
from payments.finance.kept.manifest import kept_manifest
from payments.finance.kept.models import KeptFile
from payments.finance.kept.queries import fault_of, files_of, sound_file
from payments.finance.months.calendar import Month
from payments.finance.tables import TABLES
from payments.finance.writers import WRITERS
from payments.ledger.period_models import AccountingPeriod, MonthState

_MAY_EXPORT = permission_required("payments.add_export", raise_exception=True)


@require_safe
@never_cache
@_MAY_EXPORT
def kept_download(request: HttpRequest, reference: UUID) -> FileResponse | HttpResponse:
    """Send a kept file and write down who took it; one that is not what was kept is never sent."""
    kept = _visible(request, reference)
    try:
        file = sound_file(kept)
    except DocumentDamaged as fault:
        return _refused(request, kept, str(fault))
    log_files(person(request), [(kept.report, kept.filters)], now=timezone.now())
    return FileResponse(
        file,
        as_attachment=True,
        filename=file_name(kept),
        content_type=WRITERS[kept.format].content_type,
    )


@require_safe
@never_cache
@_MAY_EXPORT
def kept_figures(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Send the figures that prove a kept file, to be kept beside it."""
    kept = _visible(request, reference)
    name = f"{file_name(kept)}.manifest.json"
    return JsonResponse(
        kept_manifest(kept),
        json_dumps_params={"indent": 2},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
@never_cache
@_MAY_EXPORT
def month_files(
    request: HttpRequest, entity: str, key: str
) -> HttpResponse | StreamingHttpResponse:
    """Send all kept files of a month that this person may see as one zip, and write down who took them."""
    try:
        month = Month.parse(key)
    except ValueError as error:
        raise Http404 from error
    period = get_object_or_404(
        AccountingPeriod, entity__slug=entity, first_on=month.first_on, state=MonthState.LOCKED
    )
    files = visible_files(request, period)
    ready = [kept for kept in files if kept.is_kept]
    if not ready:
        raise Http404
    for kept in ready:
        if fault := fault_of(kept):
            return _refused(request, kept, f"{file_name(kept)}: {fault}")
    taken = {kept.report: kept.filters for kept in ready}
    log_files(person(request), list(taken.items()), now=timezone.now())
    return StreamingHttpResponse(
        zipped(ready),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{entity}-{key}.zip"'},
    )


def visible_files(request: HttpRequest, period: AccountingPeriod) -> list[KeptFile]:
    """Return the files of a month, kept and due, whose reports this person may see."""
    return [
        kept
        for kept in files_of(period)
        if kept.report in TABLES and request.user.has_perm(TABLES[kept.report].permission)
    ]


def _visible(request: HttpRequest, reference: UUID) -> KeptFile:
    """Return a kept file. Raises Http404 for one that is still due, and PermissionDenied."""
    found = KeptFile.objects.select_related("period__entity", "period__locked_by")
    kept = get_object_or_404(found.exclude(sha256=""), reference=reference)
    if kept.report not in TABLES or not request.user.has_perm(TABLES[kept.report].permission):
        raise PermissionDenied
    return kept


def _refused(request: HttpRequest, kept: KeptFile, fault: str) -> HttpResponse:
    messages.error(request, fault)
    period = kept.period
    return redirect("payments:month", period.entity.slug, Month(period.first_on).key)

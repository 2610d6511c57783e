"""The pages of the audit against Stripe: ask for one, and look at what each found and did."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from payments.drift.actions import request_audit
from payments.drift.forms import AuditForm
from payments.drift.models import DriftAudit, DriftAuditState, DriftOutcome
from payments.drift.tasks import run_drift_audits
from payments.entities.models import LegalEntity
from payments.nudge import nudge
from payments.periods import civil_date, days

_MAY_LOOK = permission_required("payments.view_driftaudit", raise_exception=True)
_MAY_AUDIT = permission_required("payments.add_driftaudit", raise_exception=True)
_FINDINGS_A_PAGE = 100


@require_safe
@never_cache
@_MAY_LOOK
def drift_audits(request: HttpRequest) -> HttpResponse:
    """List the audits, with the form that asks for one."""
    return _audits_page(request)


@require_POST
@_MAY_AUDIT
def new_audit(request: HttpRequest) -> HttpResponse:
    """Ask for an audit of some days; a task runs it."""
    form = AuditForm(request.POST)
    if not form.is_valid():
        return _audits_page(request, form, status=400)
    if not request.user.is_authenticated:
        raise PermissionDenied
    chosen = form.cleaned_data
    period = days(chosen["first"], chosen["last"], LegalEntity.objects.earliest("id").time_zone)
    audit = request_audit(
        period.starts_at,
        period.ends_at,
        is_repairing=chosen["repair"],
        now=timezone.now(),
        actor=request.user,
    )
    nudge(run_drift_audits)
    return redirect("payments:drift_audit", audit.reference)


def _audits_page(
    request: HttpRequest, form: AuditForm | None = None, *, status: int = 200
) -> HttpResponse:
    entity = LegalEntity.objects.order_by("id").first()
    if entity is None:
        return render(request, "payments/finance/not_set_up.html")
    today = civil_date(timezone.now(), entity.time_zone)
    initial = {"first": today - timedelta(days=31), "last": today}
    done = Q(findings__outcome__in=(DriftOutcome.REPAIRED, DriftOutcome.REVERSED))
    audits = DriftAudit.objects.select_related("requested_by").annotate(
        found_count=Count("findings"), healed_count=Count("findings", filter=done)
    )
    return render(
        request,
        "payments/drift/audits.html",
        {
            "form": form or AuditForm(initial=initial),
            "audits": audits.order_by("-id")[:50],
            "entity": entity,
            "may_audit": request.user.has_perm("payments.add_driftaudit"),
        },
        status=status,
    )


@require_safe
@never_cache
@_MAY_LOOK
def drift_audit(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show what one audit compared, found and did."""
    audits = DriftAudit.objects.select_related("requested_by")
    audit = get_object_or_404(audits, reference=reference)
    page = Paginator(audit.findings.order_by("id"), _FINDINGS_A_PAGE)
    return render(
        request,
        "payments/drift/audit.html",
        {
            "audit": audit,
            "entity": LegalEntity.objects.earliest("id"),
            "page": page.get_page(request.GET.get("page")),
            "compared": [(kind.replace("_", " "), n) for kind, n in audit.compared.items()],
            "last_instant": audit.until - timedelta(seconds=1),
            "is_pending": audit.state in (DriftAuditState.WAITING, DriftAuditState.RUNNING),
        },
    )

"""What audits against Stripe put into the queue of exceptions; imported when the apps are ready."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse

from payments.drift.models import DriftAudit, DriftAuditState, DriftFinding, DriftOutcome
from payments.entities.models import LegalEntity
from payments.reconciliation.exceptions import ExceptionRow, exception_source

_MOST = 500


@exception_source("drift")
def unhealed_findings(entity: LegalEntity, now: datetime) -> Iterable[ExceptionRow]:
    """What an audit found and nothing healed, until a later audit of the same days finds it no more."""
    later = DriftAudit.objects.filter(
        state=DriftAuditState.DONE,
        pk__gt=OuterRef("audit_id"),
        since__lte=OuterRef("audit__since"),
        until__gte=OuterRef("audit__until"),
    )
    findings = (
        DriftFinding.objects.filter(
            ~Exists(later), outcome__in=(DriftOutcome.FOUND, DriftOutcome.FLAGGED)
        )
        .select_related("audit")
        .order_by("id")
    )
    for finding in findings[:_MOST]:
        yield ExceptionRow(
            kind="drift",
            key=f"{finding.kind} {finding.stripe_id}",
            title=f"{finding.get_kind_display()} {finding.stripe_id}",
            since=finding.found_at,
            reason=finding.note or f"{finding.get_problem_display()}, compared with Stripe.",
            currency=finding.currency,
            amount=finding.amount,
            link=reverse("payments:drift_audit", args=[finding.audit.reference]),
        )

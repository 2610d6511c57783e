"""Audits of our books against Stripe's lists: asked for, run page by page, repaired, listed."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from payments.audit.actions import Subject, record_audit
from payments.drift.comparing import (
    Found,
    compare_balance_transactions,
    compare_disputes,
    compare_payments,
    compare_payouts,
    compare_refunds,
)
from payments.drift.extras import extras, ids_between
from payments.drift.models import (
    DriftAudit,
    DriftAuditState,
    DriftFinding,
    DriftKind,
    DriftOutcome,
)
from payments.drift.repairing import repair
from payments.errors import GatewayRefused, GatewayUnavailable
from payments.gateway.balance import fetch_balance_transaction, list_balance_transactions
from payments.gateway.disputes import fetch_dispute
from payments.gateway.listings import (
    list_disputes,
    list_payments,
    list_payouts,
    list_refunds,
)
from payments.gateway.payments import fetch_payment
from payments.gateway.payouts import fetch_payout
from payments.gateway.refunds import fetch_refund

logger = logging.getLogger(__name__)

_HEALED = (DriftOutcome.REPAIRED, DriftOutcome.REVERSED)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """How one kind is listed, read alone, and compared."""

    pages: Callable[..., Iterator[list[Any]]]
    fetch: Callable[[str], Any]
    compare: Callable[[list[Any]], list[Found]]


# In the order in which the facts build on each other, so that what is repaired first heals what follows from it.
_COMPARISONS = {
    DriftKind.PAYMENT: _Comparison(list_payments, fetch_payment, compare_payments),
    DriftKind.REFUND: _Comparison(list_refunds, fetch_refund, compare_refunds),
    DriftKind.DISPUTE: _Comparison(list_disputes, fetch_dispute, compare_disputes),
    DriftKind.BALANCE_TRANSACTION: _Comparison(
        list_balance_transactions, fetch_balance_transaction, compare_balance_transactions
    ),
    DriftKind.PAYOUT: _Comparison(list_payouts, fetch_payout, compare_payouts),
}


def request_audit(
    since: datetime,
    until: datetime,
    *,
    is_repairing: bool,
    now: datetime,
    actor: AbstractBaseUser | None = None,
) -> DriftAudit:
    """Ask for an audit of what Stripe created in [since, until); a dry run unless it is to repair."""
    return DriftAudit.objects.create(
        since=since,
        until=until,
        is_repairing=is_repairing,
        requested_by_id=actor.pk if actor else None,
        requested_at=now,
    )


@transaction.atomic
def next_audit() -> DriftAudit | None:
    """Take the audit that waits longest; None when none does."""
    audit = (
        DriftAudit.objects.select_for_update()
        .filter(state=DriftAuditState.WAITING)
        .order_by("id")
        .first()
    )
    if audit is not None:
        audit.state = DriftAuditState.RUNNING
        audit.save(update_fields=["state"])
    return audit


def give_up_stalled_audits(*, before: datetime, now: datetime) -> int:
    """Write down of audits whose worker is gone that they stopped; they can be asked for again."""
    return DriftAudit.objects.filter(state=DriftAuditState.RUNNING, requested_at__lt=before).update(
        state=DriftAuditState.FAILED, finished_at=now, error="Its worker stopped. Ask for it again."
    )


def run_audit(audit: DriftAudit, *, now: datetime) -> DriftAudit:
    """Compare everything of the period, kind by kind and page by page; then heal each finding if the audit is to.

    Calls Stripe, so it cannot run in a transaction. Safe to run again: findings are kept once per object. Raises
    GatewayUnavailable or GatewayRefused after writing down that the audit stopped.
    """
    audit.state = DriftAuditState.RUNNING
    audit.save(update_fields=["state"])
    try:
        for kind, comparison in _COMPARISONS.items():
            audit.compared[kind] = _audit_kind(audit, kind, comparison, now)
            audit.save(update_fields=["compared"])
        if audit.is_repairing:
            for finding in audit.findings.exclude(outcome__in=_HEALED).order_by("id"):
                _heal(finding, now)
    except (GatewayUnavailable, GatewayRefused) as error:
        audit.state, audit.error, audit.finished_at = DriftAuditState.FAILED, str(error), now
        audit.save(update_fields=["state", "error", "finished_at"])
        raise
    audit.state, audit.finished_at = DriftAuditState.DONE, now
    audit.save(update_fields=["state", "finished_at"])
    logger.info("Audit %s found %s rows.", audit.pk, audit.findings.count())
    return audit


def _audit_kind(audit: DriftAudit, kind: DriftKind, comparison: _Comparison, now: datetime) -> int:
    ours = ids_between(kind, audit.since, audit.until)
    count = 0
    for page in comparison.pages(since=audit.since, until=audit.until):
        ours.difference_update(each.id for each in page)
        count += len(page)
        for found in comparison.compare(page):
            _write_down(audit, found, now)
    unknown = [each for each in sorted(ours) if not _exists(comparison, each)]
    for found in extras(kind, unknown):
        _write_down(audit, found, now)
    return count + len(ours)


def _exists(comparison: _Comparison, stripe_id: str) -> bool:
    """Ask for a row that the list lacked by itself: it may only be that our time of it is another."""
    try:
        comparison.fetch(stripe_id)
    except GatewayRefused:
        return False
    return True


def _write_down(audit: DriftAudit, found: Found, now: datetime) -> None:
    DriftFinding.objects.update_or_create(
        audit=audit,
        kind=found.kind,
        stripe_id=found.stripe_id,
        defaults={
            "problem": found.problem,
            "currency": found.currency,
            "amount": found.amount,
            "details": found.details,
            "found_at": now,
        },
    )


def _heal(finding: DriftFinding, now: datetime) -> None:
    """Heal one finding, look again, and write down what came of it; one that cannot be healed stops no other."""
    comparison = _COMPARISONS[DriftKind(finding.kind)]
    try:
        if _look_again(finding, comparison) is None:
            outcome, note = DriftOutcome.REPAIRED, "Healed together with a finding before it."
        else:
            outcome, note = repair(finding, now=now)
            still = _look_again(finding, comparison)
            if still is not None and outcome != DriftOutcome.FLAGGED:
                names = ", ".join(still.details) or "as before"
                outcome = DriftOutcome.FLAGGED
                note = f"It is still not as at Stripe ({names}); a person must look."
    except (GatewayRefused, KeyError) as error:
        outcome, note = DriftOutcome.FLAGGED, f"The repair failed: {error}"
    finding.outcome, finding.note = outcome, note
    finding.repaired_at = None if outcome == DriftOutcome.FLAGGED else now
    with transaction.atomic():
        finding.save(update_fields=["outcome", "note", "repaired_at"])
        _note_repair(finding, now)


def _note_repair(finding: DriftFinding, now: datetime) -> None:
    subject = Subject(
        finding.get_kind_display().lower(),
        finding.stripe_id,
        before={name: ours for name, (ours, _) in finding.details.items()},
        after={name: theirs for name, (_, theirs) in finding.details.items()},
    )
    record_audit(
        f"drift_{finding.outcome}",
        subject,
        actor=finding.audit.requested_by,
        now=now,
        reason=finding.note,
    )


def _look_again(finding: DriftFinding, comparison: _Comparison) -> Found | None:
    """Compare with Stripe's object as it is now; None when all is well."""
    try:
        again = comparison.compare([comparison.fetch(finding.stripe_id)])
    except GatewayRefused:
        again = extras(DriftKind(finding.kind), [finding.stripe_id])
    return again[0] if again else None

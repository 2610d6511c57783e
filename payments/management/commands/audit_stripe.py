import argparse
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from payments.drift.actions import request_audit, run_audit
from payments.drift.models import DriftAudit, DriftOutcome
from payments.entities.models import LegalEntity
from payments.errors import GatewayRefused, GatewayUnavailable
from payments.money import Money
from payments.periods import days


class Command(BaseCommand):
    """Compare a period of the books with Stripe's own lists; exits with 1 where something needs a person."""

    help = "Find rows that are missing, different or extra against Stripe; a dry run unless --repair is given."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=_day, required=True, help="2026-11-01")
        parser.add_argument("--to", dest="last", type=_day, required=True, help="included")
        parser.add_argument("--repair", action="store_true", help="heal what is found")

    def handle(self, *args: Any, first: date, last: date, repair: bool, **options: Any) -> None:
        entity = LegalEntity.objects.order_by("id").first()
        if entity is None:
            raise CommandError("There is no legal entity yet: run setup_newspaper first.")
        if last < first:
            raise CommandError("--to is before --from.")
        period = days(first, last, entity.time_zone)
        now = timezone.now()
        audit = request_audit(period.starts_at, period.ends_at, is_repairing=repair, now=now)
        try:
            run_audit(audit, now=now)
        except (GatewayUnavailable, GatewayRefused) as error:
            raise CommandError(f"The audit stopped: {error}") from error
        self._report(audit)
        open_outcomes = (DriftOutcome.FOUND, DriftOutcome.FLAGGED)
        if audit.findings.filter(outcome__in=open_outcomes).exists():
            raise SystemExit(1)

    def _report(self, audit: DriftAudit) -> None:
        for kind, count in audit.compared.items():
            self.stdout.write(f"{count:>8} {kind.replace('_', ' ')}s compared")
        for finding in audit.findings.all():
            amount = Money(finding.amount or 0, finding.currency).format()
            differences = ", ".join(
                f"{name} {ours} (Stripe: {theirs})" for name, ours, theirs in finding.differences
            )
            self.stdout.write(
                f"{finding.get_outcome_display():<15} {finding.get_problem_display():<14} "
                f"{finding.kind} {finding.stripe_id} {amount} {differences} {finding.note}".rstrip()
            )
        if not audit.findings.exists():
            self.stdout.write("Everything is as at Stripe.")
        elif not audit.is_repairing:
            self.stdout.write("Nothing was changed. Add --repair to heal this.")


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a day like 2026-11-01.") from error
    if not date(2000, 1, 1) <= day <= date(2100, 1, 1) - timedelta(days=1):
        raise argparse.ArgumentTypeError("Choose a day from 2000 to 2099.")
    return day

import uuid

from django.conf import settings
from django.db import models

from payments.constraints import one_of
from payments.money import Money


class DriftAuditState(models.TextChoices):
    WAITING = "waiting", "Waiting"  # Asked for; no task has begun.
    RUNNING = "running", "Running"  # Stripe's lists are being read, or repairs made.
    DONE = "done", "Done"  # Everything was compared.
    FAILED = "failed", "Failed"  # It stopped; error says why.


class DriftAudit(models.Model):
    """One comparison of a period of our books with Stripe's lists; `is_repairing` says that it also heals."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    since = models.DateTimeField(help_text="Included; Stripe's time of creation counts.")
    until = models.DateTimeField(help_text="Not included.")
    is_repairing = models.BooleanField(help_text="A dry run finds and changes nothing.")
    state = models.CharField(
        max_length=10, choices=DriftAuditState, default=DriftAuditState.WAITING
    )
    compared = models.JSONField(default=dict, help_text="How many of each kind were compared.")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="+",
        help_text="Empty for the command line.",
    )
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, default=None)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [one_of("state", DriftAuditState, "driftaudit_state_known")]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}"


class DriftKind(models.TextChoices):
    PAYMENT = "payment", "Payment"
    REFUND = "refund", "Refund"
    DISPUTE = "dispute", "Dispute"
    BALANCE_TRANSACTION = "balance_transaction", "Balance transaction"
    PAYOUT = "payout", "Payout"


class DriftProblem(models.TextChoices):
    MISSING = "missing", "Missing here"  # Stripe has it and we do not.
    DIFFERENT = "different", "Different"  # We both have it; details names the fields.
    EXTRA = "extra", "Not at Stripe"  # We have it and Stripe does not.


class DriftOutcome(models.TextChoices):
    FOUND = "found", "Found"  # Nothing was done: a dry run, or not yet.
    REPAIRED = (
        "repaired",
        "Repaired",
    )  # Looked at again after the repair, and the same as at Stripe.
    REVERSED = "reversed", "Reversed"  # A row that cannot be deleted: a posting takes it back.
    FLAGGED = "flagged", "Needs a person"  # The note says why nothing was done by itself.


_AMOUNTS = ("amount", "booked", "fee", "lines", "net", "refunded_amount", "taken_amount")


class DriftFinding(models.Model):
    """One row that differs from Stripe's, and what was done about it."""

    audit = models.ForeignKey(DriftAudit, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=20, choices=DriftKind)
    problem = models.CharField(max_length=10, choices=DriftProblem)
    stripe_id = models.CharField(max_length=255)
    currency = models.CharField(max_length=3, blank=True)
    amount = models.BigIntegerField(null=True, default=None, help_text="Stripe's, else ours.")
    details = models.JSONField(default=dict, help_text='{"field": [ours, Stripe\'s]}')
    outcome = models.CharField(max_length=10, choices=DriftOutcome, default=DriftOutcome.FOUND)
    note = models.TextField(blank=True)
    found_at = models.DateTimeField()
    repaired_at = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("kind", DriftKind, "driftfinding_kind_known"),
            one_of("problem", DriftProblem, "driftfinding_problem_known"),
            one_of("outcome", DriftOutcome, "driftfinding_outcome_known"),
            models.UniqueConstraint(
                fields=["audit", "kind", "stripe_id"], name="driftfinding_once_per_audit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.problem} {self.stripe_id}"

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        """Each field that differs as (name, ours, Stripe's), in words; amounts as money."""
        return [
            (name.replace("_", " "), self._printed(name, ours), self._printed(name, theirs))
            for name, (ours, theirs) in self.details.items()
        ]

    def _printed(self, name: str, value: object) -> str:
        if isinstance(value, int) and name in _AMOUNTS:
            return Money(value, self.currency).format()
        return "nothing" if value in (None, "") else str(value)

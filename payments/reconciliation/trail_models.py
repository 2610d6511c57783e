from django.conf import settings
from django.db import models

from payments.constraints import one_of
from payments.reconciliation.bank_models import BankLine
from payments.reconciliation.payout_models import Payout


class ReconciliationVerb(models.TextChoices):
    RECONCILED = "reconciled", "Reconciled"  # The lines sum to the payout and are all known.
    EXCEPTED = "excepted", "Found an exception"
    SETTLED = "settled", "Settled by hand"
    REOPENED = "reopened", "Opened again"
    MATCHED = "matched", "Matched"
    UNMATCHED = "unmatched", "Match taken back"
    SET_ASIDE = "set_aside", "Set aside"  # A person said that a bank line is no payout.
    NOTED = "noted", "Noted"


class ReconciliationChange(models.Model):
    """What became of a payout or a bank line: by whom, from what to what, and why. Insert only."""

    payout = models.ForeignKey(
        Payout, on_delete=models.PROTECT, null=True, default=None, related_name="changes"
    )
    bank_line = models.ForeignKey(
        BankLine, on_delete=models.PROTECT, null=True, default=None, related_name="changes"
    )
    verb = models.CharField(max_length=20, choices=ReconciliationVerb)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="+",
        help_text="Empty where the rules decided.",
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            one_of("verb", ReconciliationVerb, "reconciliationchange_verb_known"),
            models.CheckConstraint(
                condition=models.Q(payout__isnull=False) | models.Q(bank_line__isnull=False),
                name="reconciliationchange_has_object",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.payout or self.bank_line}"


class ExceptionSettlement(models.Model):
    """A person explained a row of the exceptions queue that has no state of its own. Insert only."""

    kind = models.CharField(max_length=60, help_text="As in ExceptionRow.")
    key = models.CharField(max_length=255, help_text="The object's, as in ExceptionRow.")
    note = models.TextField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="exceptionsettlement_once"),
            models.CheckConstraint(
                condition=~models.Q(note=""), name="exceptionsettlement_has_note"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

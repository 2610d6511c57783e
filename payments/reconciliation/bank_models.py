import uuid

from django.conf import settings
from django.db import models

from payments.constraints import one_of
from payments.entities.models import LegalEntity
from payments.reconciliation.payout_models import Payout


class BankAccount(models.Model):
    """An account of ours into which payouts arrive, and how its bank writes statement files."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="bank_accounts")
    name = models.CharField(max_length=100, help_text="As staff call it.")
    currency = models.CharField(max_length=3)
    last4 = models.CharField("last four digits", max_length=4, blank=True)
    payout_words = models.CharField(
        max_length=100,
        default="STRIPE",
        help_text="What the statement says where Stripe paid; other lines are kept and not waited for.",
    )
    layout = models.JSONField(
        default=dict,
        help_text="How its files are read (StatementLayout); empty before the first file.",
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["entity", "name"], name="bankaccount_name_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.currency})"


class BankUpload(models.Model):
    """A statement file between being chosen and being read in; one a person and account, gone once it is read."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(BankAccount, on_delete=models.CASCADE, related_name="uploads")
    filename = models.CharField(max_length=255)
    content = models.BinaryField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.filename


class BankImport(models.Model):
    """One statement file that was read: how many lines it had and how many of them were new. Insert only."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="imports")
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    layout = models.JSONField(help_text="How this file was read.")
    line_count = models.PositiveIntegerField()
    new_count = models.PositiveIntegerField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.filename


class BankMatch(models.TextChoices):
    UNMATCHED = "unmatched", "Unmatched"  # Looks like Stripe's; no payout was found for it yet.
    AUTO = "auto", "Matched"  # By trace id, or by amount and day where only one payout fits.
    MANUAL = "manual", "Matched by hand"  # A person chose the payout.
    OTHER = "other", "Not a payout"  # Without the account's payout words, or set aside by a person.


class BankLine(models.Model):
    """One line of a bank statement; `amount` in minor units of `currency`, positive for money in.

    What the bank wrote never changes; `payout`, `match` and `note` are ours, each change with its audit row.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="lines")
    source = models.ForeignKey(BankImport, on_delete=models.PROTECT, related_name="lines")
    row = models.PositiveIntegerField(help_text="The row of the file, its heading counted.")
    fingerprint = models.CharField(
        max_length=64,
        help_text="Of day, amount, words and, for equal lines of one file, which of them it is.",
    )
    booked_on = models.DateField()
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    description = models.CharField(max_length=500, blank=True)
    bank_reference = models.CharField(max_length=255, blank=True)
    match = models.CharField(max_length=10, choices=BankMatch, default=BankMatch.UNMATCHED)
    payout = models.ForeignKey(
        Payout, on_delete=models.PROTECT, null=True, default=None, related_name="bank_lines"
    )
    evidence = models.CharField(max_length=255, blank=True, help_text="What the match rests on.")
    note = models.TextField(blank=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["-booked_on", "-id"]
        constraints = [
            one_of("match", BankMatch, "bankline_match_known"),
            models.UniqueConstraint(
                fields=["account", "fingerprint"], name="bankline_once_per_account"
            ),
            # A payout arrives once; one that the bank sends back leaves by a second line of the other sign.
            models.UniqueConstraint(
                fields=["payout", "amount"],
                condition=models.Q(payout__isnull=False),
                name="bankline_payout_arrives_once",
            ),
            models.CheckConstraint(
                condition=models.Q(match__in=["auto", "manual"], payout__isnull=False)
                | models.Q(match__in=["unmatched", "other"], payout__isnull=True),
                name="bankline_match_has_payout",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "booked_on"], name="bankline_by_day"),
            models.Index(
                fields=["booked_on", "id"],
                condition=models.Q(match="unmatched"),
                name="bankline_unmatched",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)

from django.db import models

from payments.campaigns.models import Fund
from payments.entities.models import LegalEntity
from payments.ledger.accounts import LedgerAccount


class LineDay(models.Model):
    """A UTC day of which the lines of Stripe's ledger are summed: the whole account's, whatever their entity.

    A day without lines has a row too. Whoever books a line of the day deletes it.
    """

    day = models.DateField(unique=True)
    summed_at = models.DateTimeField()

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}"


class LineSum(models.Model):
    """What the lines of one currency and reporting category came to on a day; signed minor units of `currency`."""

    day = models.ForeignKey(LineDay, on_delete=models.CASCADE, related_name="sums")
    currency = models.CharField(max_length=3)
    reporting_category = models.CharField(max_length=60)
    count = models.PositiveIntegerField()
    amount = models.BigIntegerField(help_text="Gross, signed.")
    fee = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "currency", "reporting_category"], name="linesum_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reporting_category} {self.amount} {self.currency}"


class EntryDay(models.Model):
    """An accounting day of an entity of which the ledger's entries are summed; one without entries has a row too."""

    entity = models.ForeignKey(LegalEntity, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    summed_at = models.DateTimeField()

    class Meta:
        ordering = ["entity", "day"]
        constraints = [models.UniqueConstraint(fields=["entity", "day"], name="entryday_once")]

    def __str__(self) -> str:
        return f"{self.entity_id} {self.day}"


class EntrySum(models.Model):
    """What the entries of one account, class, fund and currency came to on a day.

    `debit` and `credit` are positive, in minor units of `currency`.
    """

    day = models.ForeignKey(EntryDay, on_delete=models.CASCADE, related_name="sums")
    account = models.CharField(max_length=40, choices=LedgerAccount)
    gift_class = models.CharField(max_length=10, blank=True)
    fund = models.ForeignKey(
        Fund, on_delete=models.PROTECT, null=True, default=None, related_name="+"
    )
    currency = models.CharField(max_length=3)
    count = models.PositiveIntegerField()
    debit = models.BigIntegerField()
    credit = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.account} {self.debit} {self.credit} {self.currency}"

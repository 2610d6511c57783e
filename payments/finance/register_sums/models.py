from django.db import models

from payments.entities.models import LegalEntity
from payments.finance.gift_rows import GiftEvent


class RegisterDay(models.Model):
    """A day of an entity, as its time zone was then, of which the register is summed; one without events has a row too.

    Its sums are right unless a payment with an event on the day is noted as changed (PaymentChange).
    """

    entity = models.ForeignKey(LegalEntity, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    time_zone = models.CharField(max_length=60)
    summed_at = models.DateTimeField()

    class Meta:
        ordering = ["entity", "day"]
        constraints = [
            models.UniqueConstraint(fields=["entity", "day"], name="registerday_once"),
        ]

    def __str__(self) -> str:
        return f"{self.entity_id} {self.day}"


class RegisterSum(models.Model):
    """What the register's events of one kind came to on a day, in signed minor units as in GiftRow.

    `amount` and `fee_cover` are in `currency`, what Stripe settled is in `settlement_currency`, the newspaper's own
    amounts are in `reporting_currency`; the latter two are empty where that is not known yet. `clearing` is what Stripe
    clearing holds for the same events, by the currency of the ledger's entries.
    """

    day = models.ForeignKey(RegisterDay, on_delete=models.CASCADE, related_name="sums")
    kind = models.CharField(max_length=20, choices=GiftEvent)
    currency = models.CharField(max_length=3)
    settlement_currency = models.CharField(max_length=3, blank=True)
    reporting_currency = models.CharField(max_length=3, blank=True)
    event_count = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    fee_cover = models.BigIntegerField()
    gross = models.BigIntegerField()
    fee = models.BigIntegerField()
    net = models.BigIntegerField()
    reporting_gross = models.BigIntegerField()
    reporting_fee = models.BigIntegerField()
    reporting_net = models.BigIntegerField()
    clearing = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"

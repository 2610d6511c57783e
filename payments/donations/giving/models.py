from django.db import models

from payments.customers.models import Customer
from payments.donations.models import Payment
from payments.entities.models import LegalEntity


class GivingCalendar(models.Model):
    """How an entity's years begin in its kept sums; without a row none are kept.

    Once the entity's years begin otherwise, its gifts are added up live until the sums are made again. The row is also
    the lock of whoever makes or compares sums.
    """

    entity = models.OneToOneField(LegalEntity, on_delete=models.CASCADE, related_name="+")
    time_zone = models.CharField(max_length=60)
    start_month = models.PositiveSmallIntegerField()
    start_day = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.entity_id} {self.start_day}.{self.start_month}. {self.time_zone}"


class GivingYear(models.Model):
    """What stands of one payer's settled gifts of one of an entity's years and currencies; minor units, all above 0.

    `year` is the calendar year in which it began. True only while the payer has no `GivingChange`. By payer and not by
    person, so that nothing changes here when two people turn out to be one.
    """

    # No key is checked: whoever books and whoever sums would wait for each other at the payer's row.
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    entity = models.ForeignKey(
        LegalEntity, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    year = models.PositiveSmallIntegerField()
    currency = models.CharField(max_length=3)
    given = models.BigIntegerField()
    gift_count = models.PositiveIntegerField()
    largest = models.BigIntegerField()
    last_at = models.DateTimeField(help_text="When the latest of the gifts settled.")
    # Of gifts of the same instant the one with the higher id is the latest.
    last_payment = models.ForeignKey(
        Payment, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    last_given = models.BigIntegerField(help_text="What stands of the latest.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "entity", "year", "currency"], name="givingyear_once"
            )
        ]
        indexes = [models.Index(fields=["entity", "year"], name="givingyear_by_year")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.year} {self.given} {self.currency}"


class GivingChange(models.Model):
    """A mark: something of what this payer gave is another since it was summed, or was never summed.

    Inserted with the change, in its transaction, as often as there are changes; only whoever summed the payer anew
    deletes those that were there before.
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )

    def __str__(self) -> str:
        return f"{self.customer_id}"

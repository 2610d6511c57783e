from django.db import models

from payments.entities.models import LegalEntity
from payments.finance.measures.movements import MovementKind


class RecurringDay(models.Model):
    """A civil day of an entity of which the movements of recurring gifts are added up; one without any has a row too.

    It begins and ends by the clocks of `time_zone`: where the entity has moved to another, the row says nothing.
    Whoever writes what changes the day deletes it.
    """

    entity = models.ForeignKey(LegalEntity, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    time_zone = models.CharField(max_length=60)
    summed_at = models.DateTimeField()

    class Meta:
        ordering = ["entity", "day"]
        constraints = [models.UniqueConstraint(fields=["entity", "day"], name="recurringday_once")]

    def __str__(self) -> str:
        return f"{self.entity_id} {self.day}"


class RecurringMoved(models.Model):
    """What the movements of one kind and currency came to on a day: how many, and signed minor units a year."""

    day = models.ForeignKey(RecurringDay, on_delete=models.CASCADE, related_name="moved")
    currency = models.CharField(max_length=3)
    kind = models.CharField(max_length=20, choices=MovementKind)
    count = models.PositiveIntegerField()
    annual = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "currency", "kind"], name="recurringmoved_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.annual} {self.currency}"


class RecurringStood(models.Model):
    """What the gifts of one currency that counted at the end of a day came to: how many, and minor units a year."""

    day = models.ForeignKey(RecurringDay, on_delete=models.CASCADE, related_name="stood")
    currency = models.CharField(max_length=3)
    count = models.IntegerField()
    annual = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "currency"], name="recurringstood_once")
        ]

    def __str__(self) -> str:
        return f"{self.annual} {self.currency}"

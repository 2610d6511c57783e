from django.db import models

from payments.constraints import one_of


class EventType(models.TextChoices):
    # The decision chose this campaign for the reader, or held it back: counted for every arm.
    ELIGIBLE = "eligible", "Eligible"
    SEEN = "seen", "Seen"  # Half of the prompt was in the window for a second.
    CLICKED = "clicked", "Clicked"  # A link or an amount of the prompt was followed.
    DISMISSED = "dismissed", "Dismissed"  # The reader closed it.
    WHY = "why", "Asked why"  # "Why am I seeing this?" was opened.


class HourlyCount(models.Model):
    """How often something happened to a campaign's variant within one hour; no reader is in it.

    Keys are kept as the beacon named them, whether or not such a campaign, variant, slot or bundle is known.
    """

    hour = models.DateTimeField(help_text="When the hour begins, by the clock of our server.")
    bundle = models.CharField(max_length=12, help_text="The beginning of its SHA-256.")
    campaign = models.CharField(max_length=60)
    variant = models.CharField(
        max_length=80, help_text="A variant, holdout, or default:<variant> where no seed was kept."
    )
    slot = models.CharField(max_length=40)
    country = models.CharField(max_length=2, blank=True, help_text="Empty for unknown.")
    state = models.CharField(max_length=20)
    type = models.CharField(max_length=10, choices=EventType)
    first = models.BooleanField(help_text="The first time this reader met the campaign.")
    count = models.PositiveBigIntegerField()

    class Meta:
        permissions = [("view_results", "Can see the results of prompts")]
        constraints = [
            one_of("type", EventType, "hourlycount_type_known"),
            # Campaign and hour lead, because every question names them.
            models.UniqueConstraint(
                fields=[
                    "campaign",
                    "hour",
                    "variant",
                    "type",
                    "slot",
                    "country",
                    "state",
                    "first",
                    "bundle",
                ],
                name="hourlycount_once",
            ),
        ]
        indexes = [models.Index(fields=["hour"], name="hourlycount_by_hour")]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.campaign} {self.type} {self.count}"


class BufferedBeacon(models.Model):
    """One beacon that waits to be counted, where Redis does not hold it."""

    body = models.TextField(help_text="As `beacons.encode` wrote it.")
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.pk} {self.received_at}"


class FoldMark(models.Model):
    """How far one buffer is counted; whoever counts holds this row's lock."""

    buffer = models.CharField(max_length=20, unique=True)
    position = models.CharField(
        max_length=40, blank=True, help_text="The last entry that was counted."
    )
    folded_at = models.DateTimeField(null=True, default=None)

    def __str__(self) -> str:
        return f"{self.buffer} {self.position}"


class SeenEvent(models.Model):
    """The id of an event that was counted, kept for a day so that it is not counted again.

    The key is the event's 64 random bits as a signed integer.
    """

    id = models.BigIntegerField(primary_key=True)
    counted_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.pk:x}"


class WeightProposal(models.Model):
    """Weights that were proposed for a campaign's variants, and from what; insert only.

    Who reads an experiment later needs the probability with which each reader was assigned, so it is never rewritten.
    """

    campaign = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    seed = models.CharField(max_length=60)
    evidence = models.JSONField(help_text="Per variant: readers, gifts and net minor units.")
    chances = models.JSONField(help_text="Per variant: how often it was best, in parts of 10,000.")
    weights = models.JSONField(help_text="Per variant, in parts of 10,000.")
    proposed_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.campaign} {self.proposed_at:%Y-%m-%d}"

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models

from membership.supporters.models import Supporter


class Tier(models.Model):
    """A level of membership. Retired and kept, never deleted: supporters' histories name it."""

    key = models.SlugField(
        max_length=40, unique=True, help_text="What the newsroom's programs know it by; it stays."
    )
    name = models.CharField(max_length=60)
    rank = models.PositiveSmallIntegerField(
        unique=True, help_text="A higher number is a higher tier."
    )
    grace_days = models.PositiveSmallIntegerField(
        default=30,
        validators=[MaxValueValidator(366)],
        help_text="How long it is kept while a payment fails, or after the time that was paid for.",
    )
    is_retired = models.BooleanField(default=False, help_text="A retired tier is earned no more.")
    changed_at = models.DateTimeField(help_text="When an editor last changed how it is earned.")
    applied_at = models.DateTimeField(
        null=True,
        default=None,
        help_text="The change after which every supporter's tier was made due.",
    )

    class Meta:
        ordering = ["-rank"]

    def __str__(self) -> str:
        return self.name


class TierAmount(models.Model):
    """What earns a tier in one currency: minor units a month, or twelve times that in a year."""

    tier = models.ForeignKey(Tier, on_delete=models.CASCADE, related_name="amounts")
    currency = models.CharField(max_length=3)
    amount = models.PositiveBigIntegerField("amount a month")

    class Meta:
        ordering = ["currency"]
        constraints = [
            models.UniqueConstraint(fields=["tier", "currency"], name="tieramount_once"),
            models.CheckConstraint(
                condition=models.Q(amount__gte=1), name="tieramount_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.amount}"


class Benefit(models.Model):
    """What comes with a tier and with every tier above it."""

    tier = models.ForeignKey(Tier, on_delete=models.CASCADE, related_name="benefits")
    key = models.SlugField(max_length=40, help_text="What the newsroom's programs know it by.")
    text = models.CharField(max_length=200, help_text="As supporters read it.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tier", "key"], name="benefit_once_per_tier")
        ]

    def __str__(self) -> str:
        return self.text


class TierStanding(models.Model):
    """The tier of one supporter now; `next_at` is when it is to be derived again."""

    supporter = models.OneToOneField(Supporter, on_delete=models.PROTECT, related_name="standing")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, null=True, default=None)
    since = models.DateTimeField(null=True, default=None, help_text="When this tier began.")
    until = models.DateTimeField(
        null=True, default=None, help_text="When time alone would change it."
    )
    is_in_grace = models.BooleanField(default=False)
    next_at = models.DateTimeField(null=True, default=None)
    due_cause = models.CharField(
        max_length=100, blank=True, help_text="The latest fact that made it due; empty for time."
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(next_at__isnull=False),
                name="tierstanding_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.supporter_id} {self.tier_id}"


class TierChange(models.Model):
    """One change of a supporter's tier; insert only."""

    supporter = models.ForeignKey(Supporter, on_delete=models.PROTECT, related_name="tier_changes")
    from_tier = models.ForeignKey(
        Tier, on_delete=models.PROTECT, null=True, default=None, related_name="+"
    )
    to_tier = models.ForeignKey(
        Tier, on_delete=models.PROTECT, null=True, default=None, related_name="+"
    )
    reason = models.CharField(max_length=200)
    cause = models.CharField(max_length=100, help_text="The fact that led to it, or the clock.")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.from_tier_id} → {self.to_tier_id}"


class TierOverride(models.Model):
    """A tier that staff set for a supporter until a day, whatever was given; written once, and taken back once."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supporter = models.ForeignKey(
        Supporter, on_delete=models.PROTECT, related_name="tier_overrides"
    )
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="overrides")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tier_overrides"
    )
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["-id"]
        permissions = [("withdraw_tieroverride", "Can take back a tier that staff set")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="tieroverride_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return str(self.reference)

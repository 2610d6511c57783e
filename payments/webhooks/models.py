from django.db import models

from payments.constraints import one_of


class EventState(models.TextChoices):
    PENDING = "pending", "Pending"  # Stored, due at due_at.
    PROCESSED = "processed", "Processed"  # Its handler committed.
    # No handler for the type, or not an object of ours; note says which.
    IGNORED = "ignored", "Ignored"
    # Its handler raised max_attempts times; shown to staff, replayable.
    FAILED = "failed", "Failed"


class WebhookEvent(models.Model):
    """One event from Stripe as it came. The stored row is the truth; tasks drain the rows that are due."""

    stripe_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=100)
    object_id = models.CharField(max_length=255, blank=True)
    subject = models.CharField(
        max_length=255,
        blank=True,
        help_text="What one worker at a time holds: the checkout that the object names, else the object.",
    )
    api_version = models.CharField(max_length=60, blank=True)
    livemode = models.BooleanField()
    payload = models.JSONField()
    created_at = models.DateTimeField(help_text="Stripe's time.")
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=EventState, default=EventState.PENDING)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, default=None)
    claim = models.UUIDField(null=True, default=None)
    attempts = models.PositiveSmallIntegerField(default=0)
    processed_at = models.DateTimeField(null=True, default=None)
    note = models.TextField(blank=True, help_text="The last error, or why the event was ignored.")

    class Meta:
        ordering = ["-received_at", "-id"]
        permissions = [("replay_webhookevent", "Can replay Stripe's events")]
        constraints = [one_of("state", EventState, "webhookevent_state_known")]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(state="pending"),
                name="webhookevent_due",
            ),
            models.Index(
                fields=["claimed_until"],
                condition=models.Q(claimed_until__isnull=False),
                name="webhookevent_claimed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.stripe_id}"


class EventListing(models.Model):
    """How far Stripe's own list of events was compared with ours: one row.

    Kept beside the events, so that a restored backup takes both back to the same day.
    """

    ONLY = 1

    read_until = models.DateTimeField(help_text="Our time at the beginning of the latest reading.")

    def __str__(self) -> str:
        return f"until {self.read_until}"

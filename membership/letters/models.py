import uuid

from django.db import models

from membership.supporters.models import Supporter
from payments.constraints import one_of
from payments.models import RecurringPlan


class LetterState(models.TextChoices):
    DUE = "due", "Due"  # Written with the fact; a task sends it at due_at or later.
    SENT = "sent", "Sent"  # The mail server took it.
    FAILED = "failed", "Failed"  # Refused for good (bad address); shown to staff.
    # No longer true, not consented to, or to an address that takes no mail; `error` says which.
    WITHHELD = "withheld", "Withheld"


class Letter(models.Model):
    """One email, due in the transaction of its fact and sent once; `key` names what it is about."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40, help_text="A name in the letter catalogue.")
    key = models.CharField(max_length=200, help_text="The object and period: unique with the kind.")
    supporter = models.ForeignKey(
        Supporter, on_delete=models.PROTECT, null=True, default=None, related_name="letters"
    )
    context = models.JSONField(
        default=dict, help_text="Ids and values that the letter's words need."
    )
    state = models.CharField(max_length=10, choices=LetterState, default=LetterState.DUE)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, default=None)
    claim = models.UUIDField(null=True, default=None)
    attempts = models.PositiveSmallIntegerField(default=0)
    message_id = models.CharField(max_length=255, blank=True, help_text="The Message-ID header.")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, default=None)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        permissions = [
            ("resend_letter", "Can send letters again"),
            ("preview_letters", "Can look at letters with sample data"),
        ]
        constraints = [
            one_of("state", LetterState, "letter_state_known"),
            models.UniqueConstraint(fields=["kind", "key"], name="letter_once"),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=models.Q(state="due"), name="letter_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class NoticeClock(models.Model):
    """When the notices of a recurring gift are to be looked at next; the calendar says which they are."""

    plan = models.OneToOneField(RecurringPlan, on_delete=models.PROTECT, related_name="notices")
    watched_from = models.DateTimeField(help_text="Of notices due before this none is owed.")
    told = models.JSONField(default=dict, help_text="The latest period of each kind of notice.")
    due_at = models.DateTimeField(null=True, default=None)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(due_at__isnull=False),
                name="noticeclock_due",
            )
        ]

    def __str__(self) -> str:
        return f"notices of {self.plan_id}"


class SuppressionReason(models.TextChoices):
    BOUNCED = (
        "bounced",
        "Does not exist",
    )  # The provider says that the mailbox will never take mail.
    COMPLAINED = "complained", "Reported as spam"  # The reader's mailbox provider told ours.
    LIFTED = "lifted", "Lifted by staff"  # Mail may go there again.


class Suppression(models.Model):
    """One fact about an address that takes no mail; insert only, the latest one holds.

    The address is kept as its hash: that is enough to spare it, and outlives the erasure of the person rightly.
    """

    address_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=12, choices=SuppressionReason)
    source = models.CharField(max_length=40, help_text="The mail provider, or staff.")
    event_id = models.CharField(max_length=200, unique=True, null=True, default=None)
    supporter = models.ForeignKey(
        Supporter, on_delete=models.PROTECT, null=True, default=None, related_name="suppressions"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        permissions = [("lift_suppression", "Can let mail go to an address again")]
        constraints = [one_of("reason", SuppressionReason, "suppression_reason_known")]
        indexes = [models.Index(fields=["address_hash", "id"], name="suppression_by_address")]

    def __str__(self) -> str:
        return f"{self.reason} {self.address_hash[:8]}"

import uuid

from django.db import models

from membership.supporters.models import Supporter
from payments.constraints import one_of


class LetterState(models.TextChoices):
    DUE = "due", "Due"  # Written with the fact; a task sends it at due_at or later.
    SENT = "sent", "Sent"  # The mail server took it.
    FAILED = "failed", "Failed"  # Refused for good (bad address); shown to staff.


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
        permissions = [("resend_letter", "Can send letters again")]
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

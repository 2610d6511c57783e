import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from payments.constraints import one_of
from payments.donations.models import Dispute


class DisputeAnswerState(models.TextChoices):
    DRAFT = "draft", "Draft"  # Staff write; Stripe knows nothing of it.
    SUBMITTING = "submitting", "On its way to Stripe"  # Handed in; Stripe has not answered yet.
    SUBMITTED = "submitted", "Evidence handed in"  # Stripe took it; the payer's bank decides.
    ACCEPTING = "accepting", "Being accepted"  # To be accepted; Stripe has not answered yet.
    ACCEPTED = "accepted", "Accepted"  # Stripe closed the dispute at our word.


class DisputeAnswer(models.Model):
    """What we say to a dispute. `evidence` holds texts by Stripe's names; it names no payer.

    Who the payer is goes to Stripe from the customer's row when the evidence is handed in, so that a person can be
    forgotten without searching texts.
    """

    # What may follow what; Stripe's refusal leads back to a draft.
    TRANSITIONS = {
        DisputeAnswerState.DRAFT: {DisputeAnswerState.SUBMITTING, DisputeAnswerState.ACCEPTING},
        DisputeAnswerState.SUBMITTING: {DisputeAnswerState.SUBMITTED, DisputeAnswerState.DRAFT},
        DisputeAnswerState.ACCEPTING: {DisputeAnswerState.ACCEPTED, DisputeAnswerState.DRAFT},
        DisputeAnswerState.SUBMITTED: set(),
        DisputeAnswerState.ACCEPTED: set(),
    }

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, related_name="answer")
    state = models.CharField(
        max_length=10, choices=DisputeAnswerState, default=DisputeAnswerState.DRAFT
    )
    evidence = models.JSONField(default=dict)
    note = models.TextField(blank=True, help_text="For colleagues; Stripe never sees it.")
    version = models.PositiveIntegerField(default=0, help_text="Counts what was saved.")
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="+",
        help_text="Who handed it in or accepted.",
    )
    decided_at = models.DateTimeField(null=True, default=None)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Calls to Stripe.")
    called_at = models.DateTimeField(null=True, default=None, help_text="The latest call.")
    refusal = models.TextField(blank=True, help_text="Stripe's words.")
    settled_at = models.DateTimeField(null=True, default=None)
    erased_at = models.DateTimeField(
        null=True, default=None, help_text="When its words and files were taken away."
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            one_of("state", DisputeAnswerState, "disputeanswer_state_known"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="disputeanswer_decided_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=["submitting", "accepting"]),
                name="disputeanswer_unfinished",
            )
        ]
        permissions = [("answer_dispute", "Can hand in evidence and accept disputes")]

    def __str__(self) -> str:
        return str(self.reference)

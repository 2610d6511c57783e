import uuid

from django.db import models

from membership.supporters.models import Supporter
from payments.constraints import one_of


class PrivacyRequestState(models.TextChoices):
    ASKED = "asked", "Asked"  # Written down; the person's plans may still have to end at Stripe.
    DONE = "done", "Done"  # Nothing is left of the person that the law does not require.


class PrivacyRequest(models.Model):
    """A person's wish to be forgotten; the row itself names nobody once it is done."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supporter = models.ForeignKey(
        Supporter, on_delete=models.PROTECT, related_name="privacy_requests"
    )
    state = models.CharField(
        max_length=10, choices=PrivacyRequestState, default=PrivacyRequestState.ASKED
    )
    cause = models.CharField(max_length=100, help_text="Who asked, or where it was asked for.")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("state", PrivacyRequestState, "privacyrequest_state_known"),
            models.UniqueConstraint(
                fields=["supporter"],
                condition=models.Q(state="asked"),
                name="privacyrequest_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)

import uuid

from django.conf import settings
from django.db import models

from payments.constraints import one_of
from payments.models import Checkout


class SupporterState(models.TextChoices):
    """What a supporter is at one instant; `derive_status` is the only place that decides."""

    PAYMENT_FAILING = "payment_failing", "Payment failing"
    RECURRING = "recurring", "Recurring"
    ENDING = "ending", "Ending"
    PAUSED = "paused", "Paused"
    ONE_OFF = "one_off", "One-off"
    LAPSED = "lapsed", "Lapsed"
    REGISTERED = "registered", "Registered"
    ANONYMOUS = "anonymous", "Anonymous"


class Supporter(models.Model):
    """A person who gave or registered: one per normalised email, merged ones apart.

    A typed email proves nothing: history, status and account are shown only once `email_verified_at` is set, which
    only a code that was mailed to the address can do.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="supporter",
    )
    email = models.EmailField(max_length=254, help_text="Normalised.")
    name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    locale = models.CharField(max_length=20, default="en-GB")
    email_verified_at = models.DateTimeField(null=True, default=None)
    quiet_until = models.DateTimeField(
        null=True, default=None, help_text="No ask before this instant."
    )
    state = models.CharField(
        max_length=20, choices=SupporterState, default=SupporterState.REGISTERED
    )
    state_since = models.DateTimeField()
    state_until = models.DateTimeField(
        null=True, default=None, help_text="When time alone would change the state."
    )
    lapses = models.BooleanField(
        default=False, help_text="Time alone will have lapsed it by state_until, for good."
    )
    status_due_at = models.DateTimeField(
        null=True,
        default=None,
        help_text="When the status is to be derived again: a fact or time changed.",
    )
    status_due_cause = models.CharField(
        max_length=100, blank=True, help_text="The latest fact that made it due; empty for time."
    )
    token_version = models.PositiveIntegerField(default=1, help_text="Raised with each transition.")
    token_stamp = models.PositiveIntegerField(
        default=1, help_text="Raised to end every status token written before."
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="merged",
        help_text="The supporter that this one turned out to be; the row stays for its old ids.",
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("state", SupporterState, "supporter_state_known"),
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(merged_into__isnull=True),
                name="supporter_email_once",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(user__isnull=True),
                name="supporter_merged_has_no_user",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status_due_at"],
                condition=models.Q(status_due_at__isnull=False),
                name="supporter_status_due",
            )
        ]

    def __str__(self) -> str:
        return str(self.reference)


class RevokedToken(models.Model):
    """A sign-in whose status tokens, wherever they were copied to, are worth nothing any more: it was signed out."""

    session = models.UUIDField(unique=True, help_text="The random name that its tokens bear.")
    revoked_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.session)


class StatusChange(models.Model):
    """One transition of a supporter's state; insert only."""

    supporter = models.ForeignKey(
        Supporter, on_delete=models.PROTECT, related_name="status_changes"
    )
    from_state = models.CharField(max_length=20, choices=SupporterState)
    to_state = models.CharField(max_length=20, choices=SupporterState)
    reason = models.CharField(max_length=200)
    cause = models.CharField(max_length=100, help_text="The fact that led to it, or the clock.")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("from_state", SupporterState, "statuschange_from_known"),
            one_of("to_state", SupporterState, "statuschange_to_known"),
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class ConsentPurpose(models.TextChoices):
    NEWS = "news", "News about our journalism and how your support is used"
    APPEALS = "appeals", "Occasional appeals for support"


class ConsentRecord(models.Model):
    """One answer to one question about contact; insert only, the latest answer holds.

    Given at checkout it is bound to the checkout, and to the supporter only once a payment of it settled.
    """

    supporter = models.ForeignKey(
        Supporter, on_delete=models.PROTECT, null=True, default=None, related_name="consents"
    )
    checkout = models.ForeignKey(
        Checkout, on_delete=models.PROTECT, null=True, default=None, related_name="consents"
    )
    purpose = models.CharField(max_length=20, choices=ConsentPurpose)
    granted = models.BooleanField()
    text = models.CharField(max_length=300, help_text="The words beside the box.")
    text_version = models.CharField(max_length=40)
    source = models.CharField(max_length=40, help_text="The page that asked.")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("purpose", ConsentPurpose, "consentrecord_purpose_known"),
            models.CheckConstraint(
                condition=models.Q(supporter__isnull=False) | models.Q(checkout__isnull=False),
                name="consentrecord_belongs_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.granted}"

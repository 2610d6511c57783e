import uuid

from django.db import models

from payments.constraints import one_of
from payments.models import Campaign


class ReminderState(models.TextChoices):
    WAITING = "waiting", "Not confirmed"  # Somebody typed the address; a letter asks whose it is.
    CONFIRMED = "confirmed", "Confirmed"  # Set by the link of that letter.
    SENT = "sent", "Sent"  # The one reminder is written.
    NOT_NEEDED = "not_needed", "Not needed"  # They gave in the meantime, or wish for quiet.


class Reminder(models.Model):
    """A reader's wish to be written to once, in a month of their choice; nobody signs in for it.

    The row goes when it is stopped, when nobody confirms it in time, and some weeks after it was sent.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="reminders")
    email = models.EmailField(max_length=254, help_text="Normalised.")
    locale = models.CharField(max_length=20, default="en-GB")
    month = models.DateField(help_text="The first day of the month that was chosen.")
    state = models.CharField(max_length=12, choices=ReminderState, default=ReminderState.WAITING)
    due_at = models.DateTimeField(help_text="The morning on which it is written.")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, default=None)
    ended_at = models.DateTimeField(null=True, default=None)

    class Meta:
        constraints = [
            one_of("state", ReminderState, "reminder_state_known"),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="reminder_month_is_its_first_day"
            ),
            models.UniqueConstraint(
                fields=["email", "campaign"],
                condition=models.Q(state="confirmed"),
                name="reminder_confirmed_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(state="confirmed"),
                name="reminder_due",
            )
        ]

    def __str__(self) -> str:
        return str(self.reference)

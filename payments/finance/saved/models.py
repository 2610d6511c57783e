import uuid

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """A report with filters, kept under a name.

    `period` is the name of a usual period ("Last month"), which is worked out anew whenever the view is opened; empty
    where the days in `filters` hold.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    report = models.CharField(max_length=40, help_text="A name in the index of tables.")
    filters = models.JSONField(default=dict)
    period = models.CharField(max_length=20, blank=True)
    is_shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="savedview_name_once_per_owner"),
            models.CheckConstraint(condition=~models.Q(name=""), name="savedview_has_name"),
        ]
        permissions = [("share_savedview", "Can share saved views with the whole desk")]

    def __str__(self) -> str:
        return self.name

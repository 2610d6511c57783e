from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """One thing that a person or a rule did to money or to what decides about it. Insert only.

    `before` and `after` hold states, amounts in minor units and references; never a name, an address or an email.
    `reason` is in staff's own words, and alone is emptied when a person whom it may name is forgotten.
    """

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="+",
        help_text="Empty where a rule or Stripe acted.",
    )
    action = models.CharField(max_length=60, help_text="For instance refund_requested.")
    object_type = models.CharField(max_length=60, help_text="For instance payment.")
    object_reference = models.CharField(max_length=255, help_text="What the object is shown by.")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(action="") & ~models.Q(object_reference=""),
                name="auditentry_says_what",
            )
        ]
        indexes = [
            models.Index(fields=["at", "id"], name="auditentry_by_time"),
            models.Index(fields=["object_type", "object_reference"], name="auditentry_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_reference}"

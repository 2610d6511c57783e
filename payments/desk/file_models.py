import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from payments.constraints import one_of
from payments.desk.dispute_models import DisputeAnswer
from payments.receipts.models import ReceiptDocument


class FileKind(models.TextChoices):
    ISSUED = "issued", "Issued by us"  # A receipt or credit note, byte for byte as it is stored.
    DRAWN = "drawn", "Drawn by us"  # What we know of the payment; a task draws it.
    ATTACHED = "attached", "Attached"  # Chosen by staff.


class EvidenceField(models.TextChoices):
    """Stripe's names of the places for files, each of which takes one."""

    RECEIPT = "receipt", "The receipt"
    SERVICE_DOCUMENTATION = "service_documentation", "What was agreed and done"
    CUSTOMER_COMMUNICATION = "customer_communication", "Letters and messages with the payer"
    CANCELLATION_POLICY = "cancellation_policy", "How a recurring gift is stopped"
    REFUND_POLICY = "refund_policy", "When gifts are given back"
    CUSTOMER_SIGNATURE = "customer_signature", "The payer’s signature"
    DUPLICATE = "duplicate_charge_documentation", "That two payments are two gifts"
    UNCATEGORIZED = "uncategorized_file", "Anything else"


class DisputeFile(models.Model):
    """One file of an answer to a dispute, its bytes fixed from when staff could look at it.

    What it holds may name the payer, and goes with them; size, checksum and Stripe's id of it stay.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    answer = models.ForeignKey(DisputeAnswer, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=10, choices=FileKind)
    evidence_field = models.CharField(max_length=40, choices=EvidenceField)
    name = models.CharField(max_length=200, help_text="As staff and Stripe see it.")
    content_type = models.CharField(max_length=40)
    document = models.ForeignKey(
        ReceiptDocument, on_delete=models.PROTECT, null=True, default=None, related_name="+"
    )
    content = models.JSONField(default=dict, help_text="Every value that a drawn file prints.")
    contents = models.BinaryField(
        default=b"", help_text="The bytes; of an issued document they stay where it is stored."
    )
    size = models.PositiveIntegerField(default=0, help_text="Bytes.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Empty until it is drawn.")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(
        default=0, help_text="Uploads that came to nothing; the next one has a key of its own."
    )
    stripe_id = models.CharField(max_length=255, unique=True, null=True, default=None)
    uploaded_at = models.DateTimeField(null=True, default=None)
    erased_at = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("kind", FileKind, "disputefile_kind_known"),
            one_of("evidence_field", EvidenceField, "disputefile_field_known"),
            models.UniqueConstraint(
                fields=["answer", "evidence_field"], name="disputefile_one_a_place"
            ),
            models.CheckConstraint(
                condition=Q(kind="issued", document__isnull=False)
                | (~Q(kind="issued") & Q(document__isnull=True)),
                name="disputefile_issued_has_document",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(sha256="", erased_at__isnull=True),
                name="disputefile_to_be_drawn",
            )
        ]

    def __str__(self) -> str:
        return str(self.reference)

    @property
    def is_ready(self) -> bool:
        """Whether there are bytes to look at and to send."""
        return bool(self.sha256) and self.erased_at is None

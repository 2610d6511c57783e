import uuid

from django.db import models

from payments.constraints import one_of
from payments.donations.models import Payment, Refund
from payments.entities.models import LegalEntity


class NumberSeries(models.Model):
    """The counter behind gapless numbers; its row is locked by the transaction that takes a number."""

    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="number_series")
    document_type = models.CharField(max_length=20)
    fiscal_year = models.PositiveIntegerField(help_text="The year in which the fiscal year begins.")
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "number series"
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "document_type", "fiscal_year"], name="numberseries_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entity_id} {self.document_type} {self.fiscal_year}"


class DocumentType(models.TextChoices):
    RECEIPT = "receipt", "Receipt"
    CREDIT_NOTE = "credit_note", "Credit note"


class Receipt(models.Model):
    """A receipt or a credit note: insert only. Everything printed is frozen in `content`.

    A credit note is about a refund; one without cancels the receipt of what the payer's bank took back for good.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="receipts")
    document_type = models.CharField(max_length=20, choices=DocumentType)
    fiscal_year = models.PositiveIntegerField()
    sequence = models.PositiveIntegerField(
        help_text="Gapless within entity, document type and fiscal year."
    )
    number = models.CharField(max_length=60, help_text="As printed; unique within the entity.")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="receipts")
    refund = models.OneToOneField(
        Refund, on_delete=models.PROTECT, null=True, default=None, related_name="credit_note"
    )
    content = models.JSONField(help_text="Every value that the document prints.")
    template_version = models.CharField(max_length=20)
    issued_at = models.DateTimeField()
    issued_on = models.DateField(help_text="In the entity's time zone.")

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("document_type", DocumentType, "receipt_document_type_known"),
            models.UniqueConstraint(
                fields=["entity", "document_type", "fiscal_year", "sequence"],
                name="receipt_sequence_once",
            ),
            models.UniqueConstraint(fields=["entity", "number"], name="receipt_number_once"),
            models.UniqueConstraint(
                fields=["payment"],
                condition=models.Q(document_type="receipt"),
                name="receipt_once_per_payment",
            ),
            models.CheckConstraint(
                condition=~models.Q(document_type="receipt") | models.Q(refund__isnull=True),
                name="receipt_is_of_no_refund",
            ),
            models.UniqueConstraint(
                fields=["payment"],
                condition=models.Q(document_type="credit_note", refund__isnull=True),
                name="receipt_cancelled_once",
            ),
        ]
        indexes = [models.Index(fields=["issued_at"], name="receipt_by_issue")]

    def __str__(self) -> str:
        return self.number


class ReceiptDocument(models.Model):
    """The stored PDF of a receipt; a receipt without one is due to be rendered. Insert only."""

    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="document")
    file = models.FileField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="Bytes.")
    rendered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.file.name or ""


class Statement(models.Model):
    """All that a person gave to an entity in one tax year, as it stood when this version was issued.

    `party` is the layer above's reference of the person. Nothing is changed after the PDF is stored: a correction is
    the next version.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="statements")
    party = models.UUIDField()
    tax_year = models.PositiveIntegerField(help_text="The year in which the tax year begins.")
    version = models.PositiveIntegerField()
    number = models.CharField(max_length=60, unique=True)
    content = models.JSONField(help_text="Every value that the document prints.")
    template_version = models.CharField(max_length=20)
    issued_at = models.DateTimeField()
    file = models.FileField(max_length=255, blank=True, help_text="Empty until it is drawn.")
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "entity", "tax_year", "version"], name="statement_version_once"
            )
        ]

    def __str__(self) -> str:
        return self.number

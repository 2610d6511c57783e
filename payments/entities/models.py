import uuid

from django.db import models

from payments.constraints import one_of


class EntityKind(models.TextChoices):
    COMPANY = "company", "Company"
    UK_CHARITY = "uk_charity", "UK charity"
    US_501C3 = "us_501c3", "US 501(c)(3) organisation"
    OTHER = "other", "Other"


class LegalEntity(models.Model):
    """Who receives the money. Every legal text that readers see comes from here, never from code."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=20, choices=EntityKind)
    legal_name = models.CharField(max_length=200, help_text="As registered; printed on receipts.")
    trading_name = models.CharField(
        max_length=200, help_text="The newspaper's name, shown to readers."
    )
    registration_number = models.CharField(max_length=60, blank=True)
    address = models.TextField(help_text="One line of the postal address per line.")
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2, upper case.")
    contact_email = models.EmailField()
    time_zone = models.CharField(
        max_length=60,
        default="Europe/London",
        help_text="IANA name; civil dates on receipts and in reports are in this zone.",
    )
    fiscal_year_start_month = models.PositiveSmallIntegerField(default=1)
    fiscal_year_start_day = models.PositiveSmallIntegerField(default=1)
    default_currency = models.CharField(max_length=3)
    refund_approval_limit = models.PositiveBigIntegerField(
        default=10_000,
        help_text="What one person may give back of one payment, in minor units of the default currency (10000 is "
        "100.00 where there are two decimals); above it a second person approves. Other currencies are converted.",
    )
    release_approval_limit = models.PositiveBigIntegerField(
        default=10_000,
        help_text="What one person may release of one restricted fund within thirty days, in minor units of the "
        "default currency; above it a second person approves. Other currencies are converted.",
    )
    statement_descriptor = models.CharField(
        max_length=22,
        help_text="What a payer reads on the bank statement; Stripe allows 5 to 22 characters.",
    )
    receipt_prefix = models.CharField(
        max_length=10, help_text="Begins every receipt number, for instance CUR."
    )
    legal_sentence = models.TextField(
        help_text="Beside the donate button: what kind of gift this is."
    )
    receipt_note = models.TextField(help_text="The legal note at the foot of receipts.")
    mandate_terms = models.TextField(
        help_text="The terms of a recurring gift, shown before paying."
    )
    mandate_version = models.CharField(
        max_length=40, help_text="Changes whenever the mandate terms do."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "legal entities"
        constraints = [
            one_of("kind", EntityKind, "legalentity_kind_known"),
            models.CheckConstraint(
                condition=models.Q(fiscal_year_start_month__range=(1, 12))
                & models.Q(fiscal_year_start_day__range=(1, 28)),
                name="legalentity_fiscal_year_start_valid",
            ),
        ]

    def __str__(self) -> str:
        return self.trading_name

import uuid

from django.db import models

from payments.constraints import one_of
from payments.entities.models import LegalEntity
from payments.money import Money


class Frequency(models.TextChoices):
    """How often a gift is collected."""

    ONCE = "once", "Once"
    MONTHLY = "monthly", "Monthly"
    YEARLY = "yearly", "Yearly"


class Fund(models.Model):
    """What the money is for; the ledger credits contributions by fund."""

    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="funds")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    is_restricted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entity", "code"], name="fund_code_once_per_entity")
        ]

    def __str__(self) -> str:
        return self.name


class CampaignStatus(models.TextChoices):
    DRAFT = "draft", "Draft"  # Set on creation; only staff see the page.
    OPEN = "open", "Open"  # Set by an editor; takes gifts between opens_at and closes_at.
    CLOSED = "closed", "Closed"  # Set by an editor; the page thanks and points elsewhere.


class Campaign(models.Model):
    """What is asked for: the donation page at /donate/<slug>/."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="campaigns")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="campaigns")
    slug = models.SlugField(unique=True)
    status = models.CharField(max_length=10, choices=CampaignStatus, default=CampaignStatus.DRAFT)
    title = models.CharField(max_length=120, help_text="The page's heading.")
    standfirst = models.CharField(
        max_length=300, help_text="One or two sentences under the heading."
    )
    body = models.TextField(blank=True, help_text="Plain paragraphs, separated by blank lines.")
    default_frequency = models.CharField(
        max_length=10, choices=Frequency, default=Frequency.MONTHLY
    )
    allows_once = models.BooleanField(default=True)
    allows_monthly = models.BooleanField(default=True)
    allows_yearly = models.BooleanField(default=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug"]
        constraints = [
            one_of("status", CampaignStatus, "campaign_status_known"),
            one_of("default_frequency", Frequency, "campaign_default_frequency_known"),
        ]

    def __str__(self) -> str:
        return self.title


class CampaignCurrency(models.Model):
    """A currency that a campaign takes, its limits and its fee-cover rate; amounts in minor units."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="currencies")
    currency = models.CharField(max_length=3)
    minimum = models.PositiveBigIntegerField()
    maximum = models.PositiveBigIntegerField()
    fee_basis_points = models.PositiveIntegerField(
        default=0,
        help_text="The processing fee's percentage in hundredths of a per cent: 150 is 1.5 %.",
    )
    fee_fixed = models.PositiveBigIntegerField(
        default=0, help_text="The fee's fixed part, in minor units."
    )
    is_default = models.BooleanField(
        default=False, help_text="Shown to countries without a currency of their own."
    )

    class Meta:
        verbose_name_plural = "campaign currencies"
        ordering = ["-is_default", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "currency"], name="campaigncurrency_once"),
            models.UniqueConstraint(
                fields=["campaign"],
                condition=models.Q(is_default=True),
                name="campaigncurrency_one_default",
            ),
            models.CheckConstraint(
                condition=models.Q(minimum__gte=1) & models.Q(maximum__gte=models.F("minimum")),
                name="campaigncurrency_limits_ordered",
            ),
            models.CheckConstraint(
                condition=models.Q(fee_basis_points__lt=10_000),
                name="campaigncurrency_fee_below_all",
            ),
        ]

    def __str__(self) -> str:
        return self.currency


class SuggestedAmount(models.Model):
    """One button on the donation page; `amount` in minor units of `currency`."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="suggested_amounts"
    )
    currency = models.CharField(max_length=3)
    frequency = models.CharField(max_length=10, choices=Frequency)
    amount = models.PositiveBigIntegerField()
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ["currency", "frequency", "amount"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "currency", "frequency", "amount"], name="suggestedamount_once"
            ),
            models.UniqueConstraint(
                fields=["campaign", "currency", "frequency"],
                condition=models.Q(is_default=True),
                name="suggestedamount_one_default",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=1), name="suggestedamount_positive"
            ),
            one_of("frequency", Frequency, "suggestedamount_frequency_known"),
        ]

    def __str__(self) -> str:
        return f"{Money(self.amount, self.currency).format()} {self.frequency}"

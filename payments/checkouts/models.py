import uuid

from django.db import models

from payments.campaigns.models import Campaign, Frequency
from payments.constraints import one_of
from payments.customers.models import Customer


class CheckoutStatus(models.TextChoices):
    INTENDED = "intended", "Intended"  # The row is written; Stripe has not answered yet.
    OPEN = "open", "Open"  # Stripe answered with the hosted page's address.
    COMPLETED = "completed", "Completed"  # Set by checkout.session.completed or by its payment.
    # Set by checkout.session.expired or by our sweep after expires_at.
    EXPIRED = "expired", "Expired"
    # The same reader changed the details; the old page was expired.
    SUPERSEDED = "superseded", "Superseded"
    REFUSED = "refused", "Refused"  # Stripe refused to create the session.


# A reader may still pay on it; at most one of these for the same choice in one browser.
LIVE = (CheckoutStatus.INTENDED, CheckoutStatus.OPEN)


class Checkout(models.Model):
    """One attempt to give, and everything that Stripe is told about it.

    Every parameter of the Stripe session is read from this row, so that a retry with the same idempotency key sends
    the same body. Amounts in minor units of `currency`; what is charged is `amount + fee_cover`.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="checkouts")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="checkouts")
    status = models.CharField(
        max_length=12, choices=CheckoutStatus, default=CheckoutStatus.INTENDED
    )
    browser_session = models.CharField(
        max_length=64, help_text="A digest that names one browser's session."
    )
    frequency = models.CharField(max_length=10, choices=Frequency)
    currency = models.CharField(max_length=3)
    amount = models.PositiveBigIntegerField()
    fee_cover = models.PositiveBigIntegerField(default=0)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    locale = models.CharField(max_length=20, default="en-GB")
    mandate_version = models.CharField(max_length=40, blank=True)
    mandate_terms = models.TextField(
        blank=True, help_text="What the payer of a recurring gift agreed to, word by word."
    )
    attribution = models.JSONField(
        default=dict, help_text="Prompt, variant, article, edition and utm values."
    )
    stripe_id = models.CharField(max_length=255, unique=True, null=True, default=None)
    stripe_customer_id = models.CharField(
        max_length=255,
        blank=True,
        help_text="The payer's Stripe customer when this was written; empty for a payer not known yet.",
    )
    url = models.URLField(
        max_length=2000, blank=True, help_text="The hosted page, while Stripe has it open."
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, default=None)

    class Meta:
        constraints = [
            one_of("status", CheckoutStatus, "checkout_status_known"),
            one_of("frequency", Frequency, "checkout_frequency_known"),
            models.CheckConstraint(
                condition=models.Q(amount__gte=1), name="checkout_amount_positive"
            ),
            models.UniqueConstraint(
                fields=[
                    "browser_session",
                    "campaign",
                    "frequency",
                    "currency",
                    "amount",
                    "fee_cover",
                ],
                condition=models.Q(status__in=["intended", "open"]),
                name="checkout_open_once_per_browser",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=models.Q(status__in=["intended", "open"])
                | (models.Q(status="superseded") & ~models.Q(url="")),
                name="checkout_unfinished",
            ),
            models.Index(fields=["created_at", "id"], name="checkout_by_creation"),
        ]

    def __str__(self) -> str:
        return str(self.reference)

    @property
    def total(self) -> int:
        """What is charged, in minor units."""
        return self.amount + self.fee_cover

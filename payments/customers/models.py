import uuid

from django.db import models

from payments.entities.models import LegalEntity


class Customer(models.Model):
    """Stripe's payer: one row per Stripe customer.

    `party` is the opaque reference that the layer above gives to a person. A guest's checkout makes a customer of its
    own, because a typed email proves nothing and must not reach another payer's cards; a signed-in supporter reuses
    the one that `is_default` for the party, entity and currency (a Stripe customer holds subscriptions in one
    currency). A report that counts people counts distinct `party`.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="customers")
    party = models.UUIDField(null=True, default=None, db_index=True)
    is_default = models.BooleanField(default=False)
    currency = models.CharField(max_length=3)
    stripe_id = models.CharField(max_length=255, unique=True, null=True, default=None)
    email = models.EmailField(max_length=254, blank=True)
    name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    card_brand = models.CharField(max_length=40, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    card_expires_on = models.DateField(null=True, default=None)
    card_stripe_id = models.CharField(
        max_length=255, blank=True, help_text="Stripe's payment method of that card."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(
        null=True,
        default=None,
        help_text="The person asked to be forgotten; nothing fills it again.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party", "entity", "currency"],
                condition=models.Q(is_default=True),
                name="customer_one_default_per_party_entity_currency",
            ),
            models.CheckConstraint(
                condition=models.Q(is_default=False) | models.Q(party__isnull=False),
                name="customer_default_has_party",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)

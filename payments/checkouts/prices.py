"""What Stripe is told of a gift's price: checkouts and plans name the same products."""

from payments.campaigns.models import Frequency
from payments.entities.models import LegalEntity

INTERVALS = {Frequency.ONCE: "", Frequency.MONTHLY: "month", Frequency.YEARLY: "year"}
# What the hosted page and the payer's receipt from the bank call the gift.
_PRODUCT_NAMES = {
    Frequency.ONCE: "Support for {name}",
    Frequency.MONTHLY: "Monthly support for {name}",
    Frequency.YEARLY: "Yearly support for {name}",
}


def product_of(entity: LegalEntity, frequency: Frequency) -> tuple[str, str]:
    """Return the id and the name of Stripe's product for gifts of this frequency."""
    name = _PRODUCT_NAMES[frequency].format(name=entity.trading_name)
    return f"masthead_gift_{entity.slug}_{frequency}", name

"""What a reader chose: the input of a new checkout."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from payments.campaigns.models import Campaign, Frequency


@dataclass(frozen=True, slots=True)
class CheckoutIntent:
    """One choice on the donation page, already validated there.

    Amounts in minor units of `currency`; what is charged is `amount + fee_cover`. `browser_session` is a digest that
    names one browser's session. `party` is given only for someone who is signed in. `attribution` is kept whole.
    """

    campaign: Campaign
    frequency: Frequency
    currency: str
    amount: int
    email: str
    browser_session: str
    fee_cover: int = 0
    name: str = ""
    country: str = ""
    locale: str = "en-GB"
    attribution: Mapping[str, str] = field(default_factory=dict)
    party: UUID | None = None

    @property
    def key(self) -> dict[str, object]:
        """What an open checkout is unique by: the same choice in the same browser is the same gift."""
        return {
            "browser_session": self.browser_session,
            "campaign": self.campaign,
            "frequency": self.frequency,
            "currency": self.currency,
            "amount": self.amount,
            "fee_cover": self.fee_cover,
        }

"""What a prompt may offer: an open campaign's amounts in the reader's currency."""

from dataclasses import dataclass
from datetime import datetime

from membership.prompts.editions import currencies_of
from payments.campaigns.queries import is_within, open_campaign
from payments.errors import CampaignClosed
from payments.models import Campaign, Frequency
from payments.money import Money


@dataclass(frozen=True, slots=True)
class PromptOffer:
    """A campaign as a reader of one country is offered it; `monthly` ascends."""

    campaign: str
    newspaper: str
    currency: str
    monthly: tuple[Money, ...]
    takes_monthly: bool
    takes_single_gifts: bool


def prompt_offer(slug: str, *, country: str, now: datetime) -> PromptOffer | None:
    """Return what the campaign offers a reader of `country`, in three queries; None when it takes no gifts now.

    The currency is the country's own where the campaign takes it, else the campaign's default.
    """
    try:
        campaign = open_campaign(slug, now=now)
    except (Campaign.DoesNotExist, CampaignClosed):
        return None
    taken = {terms.currency: terms for terms in campaign.currencies.all()}
    if not taken:
        return None
    own = [currency for currency in currencies_of(country) if currency in taken]
    currency = (own or list(taken))[0]
    monthly = campaign.suggested_amounts.filter(currency=currency, frequency=Frequency.MONTHLY)
    amounts = monthly.order_by("amount").values_list("amount", flat=True)
    return PromptOffer(
        campaign=campaign.slug,
        newspaper=campaign.entity.trading_name,
        currency=currency,
        monthly=tuple(
            Money(amount, currency) for amount in amounts if is_within(amount, taken[currency])
        ),
        takes_monthly=campaign.allows_monthly,
        takes_single_gifts=campaign.allows_once,
    )

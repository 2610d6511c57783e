"""Reads of campaigns: which take gifts, and what covering the fee adds."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from payments.campaigns.models import (
    Campaign,
    CampaignCurrency,
    CampaignStatus,
)
from payments.currencies import step
from payments.errors import CampaignClosed, CampaignNotYetOpen


def open_campaign(slug: str, *, now: datetime) -> Campaign:
    """Return the campaign with its entity and fund while it takes gifts.

    Raises Campaign.DoesNotExist for an unknown one and for a draft, which nobody outside may learn of, and
    CampaignNotYetOpen before `opens_at`, and CampaignClosed from `closes_at` on and once an editor closed it.
    """
    campaign = (
        Campaign.objects.select_related("entity", "fund")
        .exclude(status=CampaignStatus.DRAFT)
        .get(slug=slug)
    )
    refuse_unless_open(campaign, now=now)
    return campaign


def open_campaigns(*, now: datetime) -> list[Campaign]:
    """Return the campaigns that take gifts at `now` and have a currency to take them in, oldest first."""
    found = Campaign.objects.filter(
        Q(opens_at=None) | Q(opens_at__lte=now),
        Q(closes_at=None) | Q(closes_at__gt=now),
        Exists(CampaignCurrency.objects.filter(campaign=OuterRef("pk"))),
        status=CampaignStatus.OPEN,
    )
    return list(found.order_by("id"))


def refuse_unless_open(campaign: Campaign, *, now: datetime) -> None:
    """Raise CampaignNotYetOpen or CampaignClosed unless the campaign takes gifts at `now`."""
    if takes_gifts(campaign, now=now):
        return
    opens_at = campaign.opens_at
    if campaign.status == CampaignStatus.OPEN and opens_at is not None and opens_at > now:
        raise CampaignNotYetOpen(campaign.slug, opens_at)
    raise CampaignClosed(f"Campaign {campaign.slug} takes no gifts now.")


def takes_gifts(campaign: Campaign, *, now: datetime) -> bool:
    """Say whether the campaign is open at `now`; its two times are a half-open range."""
    has_begun = campaign.opens_at is None or campaign.opens_at <= now
    has_ended = campaign.closes_at is not None and campaign.closes_at <= now
    return campaign.status == CampaignStatus.OPEN and has_begun and not has_ended


def fee_cover(amount: int, terms: CampaignCurrency) -> int:
    """Return the least addition that leaves `amount` whole after the fee on both; minor units.

    The fee is taken from the total, so it is grossed up: with rate r and fixed part f the total t must keep
    t - (t·r + f) ≥ amount, hence the addition is (amount·r + f) / (1 - r), rounded up to what the currency can be
    charged in.
    """
    points, fixed = terms.fee_basis_points, terms.fee_fixed
    addition = -(-(amount * points + fixed * 10_000) // (10_000 - points))
    unit = step(terms.currency)
    return -(-addition // unit) * unit


def is_within(amount: int, terms: CampaignCurrency) -> bool:
    """Say whether `amount` (minor units) lies within the limits of its currency."""
    return terms.minimum <= amount <= terms.maximum

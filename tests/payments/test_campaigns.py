"""Campaigns take gifts while they are open, and covering the fee leaves the gift whole."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.campaigns.queries import fee_cover, open_campaign
from payments.currencies import KNOWN, step
from payments.errors import CampaignClosed
from payments.models import Campaign, CampaignCurrency, CampaignStatus
from tests.payments.snapshots import NOON


@given(
    st.integers(1, 10**9),
    st.integers(0, 9_999),
    st.integers(0, 10_000),
    st.sampled_from(sorted(KNOWN)),
)
def test_the_fee_on_gift_and_cover_is_covered_and_no_less_would_do(
    gift: int, points: int, fixed: int, currency: str
) -> None:
    terms = CampaignCurrency(currency=currency, fee_basis_points=points, fee_fixed=fixed)
    cover, unit = fee_cover(gift, terms), step(currency)

    def leaves_the_gift(addition: int) -> bool:
        # In ten-thousandths, so that the fee is exact.
        return addition * 10_000 >= (gift + addition) * points + fixed * 10_000

    assert cover % unit == 0
    assert leaves_the_gift(cover)
    assert cover == 0 or not leaves_the_gift(cover - unit)


def test_the_cover_of_a_ten_pound_gift_is_36_pence() -> None:
    terms = CampaignCurrency(currency="GBP", fee_basis_points=150, fee_fixed=20)
    assert fee_cover(1000, terms) == 36


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("opens", "closes", "is_open"),
    [
        (None, None, True),
        (0, None, True),
        (1, None, False),
        (None, 1, True),
        (None, 0, False),
        (-1, 1, True),
    ],
)
def test_a_campaign_is_open_from_its_first_instant_until_just_before_its_last(
    campaign: Campaign, opens: int | None, closes: int | None, is_open: bool
) -> None:
    campaign.opens_at = None if opens is None else NOON + timedelta(hours=opens)
    campaign.closes_at = None if closes is None else NOON + timedelta(hours=closes)
    campaign.save()
    if is_open:
        assert open_campaign(campaign.slug, now=NOON) == campaign
    else:
        with pytest.raises(CampaignClosed):
            open_campaign(campaign.slug, now=NOON)


@pytest.mark.django_db
def test_a_draft_is_unknown_and_a_closed_campaign_says_so(campaign: Campaign) -> None:
    for status, error in (
        (CampaignStatus.DRAFT, Campaign.DoesNotExist),
        (CampaignStatus.CLOSED, CampaignClosed),
    ):
        campaign.status = status
        campaign.save()
        with pytest.raises(error):
            open_campaign(campaign.slug, now=NOON)
    with pytest.raises(Campaign.DoesNotExist):
        open_campaign("nowhere", now=NOON)

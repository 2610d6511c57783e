from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser

from membership.accounts.models import User, normalise_email
from membership.checkout_pages.browser import Browser
from membership.checkout_pages.kept import Kept
from membership.checkout_pages.offer import Offer
from membership.supporters.models import Supporter
from payments.campaigns.queries import open_campaign, refuse_unless_open
from payments.errors import CampaignClosed
from payments.models import Campaign, Checkout


def find_offer(slug: str, *, now: datetime) -> Offer:
    """Return what the campaign's page offers, in three queries.

    Raises Campaign.DoesNotExist for an unknown campaign or a draft, CampaignNotYetOpen before it
    opens, CampaignClosed when it takes no gifts at `now` for any other reason.
    """
    campaign = open_campaign(slug, now=now)
    offer = Offer(
        campaign,
        tuple(campaign.currencies.order_by("-is_default", "currency")),
        tuple(campaign.suggested_amounts.order_by("currency", "frequency", "amount")),
    )
    if not (offer.currencies and offer.frequencies):
        raise CampaignClosed(f"Campaign {campaign.slug} takes no currency or no frequency.")
    return offer


def kept_offer(slug: str, *, now: datetime) -> Offer:
    """Return what `find_offer` does, for showing only: its rows may be seconds old, its times are
    exact.
    """
    offer = offers.get(slug, lambda: find_offer(slug, now=now))
    refuse_unless_open(offer.campaign, now=now)
    return offer


offers: Kept[Offer] = Kept(most=100)


def announced_campaign(slug: str) -> Campaign:
    """Return a campaign that has yet to open, with the entity in whose zone its opening is told."""
    return Campaign.objects.select_related("entity").get(slug=slug)


@dataclass(frozen=True, slots=True)
class Giver:
    """Who is signed in: the person that a gift belongs to, and how to address them."""

    party: UUID
    email: str
    name: str
    state: str

    def owns(self, email: str) -> bool:
        """Whether a typed address is the one that they proved."""
        return normalise_email(email) == self.email


def giver_of(user: User | AnonymousUser) -> Giver | None:
    """Return the proven supporter behind `user`; None for a guest and for an email that is not
    proven yet.
    """
    if not user.is_authenticated:
        return None
    found = Supporter.objects.filter(user=user, email_verified_at__isnull=False)
    row = found.values_list("reference", "email", "name", "state").first()
    return Giver(*row) if row else None


def find_checkout(slug: str, reference: UUID) -> Checkout:
    """Return a checkout of the campaign with what its pages print; raises Checkout.DoesNotExist."""
    return Checkout.objects.select_related("campaign__entity").get(
        reference=reference, campaign__slug=slug
    )


def resumable_checkout(slug: str, reference: UUID, browser: Browser) -> Checkout | None:
    """Return the checkout whose choices a reader takes up again; only the browser that made it may."""
    return Checkout.objects.filter(
        reference=reference, campaign__slug=slug, browser_session=browser.session
    ).first()

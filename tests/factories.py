"""Rows that tests arrange with: a newspaper ready to take gifts, and what was given to it."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from membership.models import Supporter, User
from payments.models import (
    Campaign,
    CampaignCurrency,
    CampaignStatus,
    Checkout,
    CheckoutStatus,
    Customer,
    Donation,
    EntityKind,
    Frequency,
    Fund,
    LegalEntity,
    Payment,
    PaymentStatus,
    SuggestedAmount,
)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class LegalEntityFactory(DjangoModelFactory[LegalEntity]):
    class Meta:
        model = LegalEntity
        django_get_or_create = ("slug",)

    slug = "courier"
    kind = EntityKind.COMPANY
    legal_name = "Harbour Courier Limited"
    trading_name = "The Harbour Courier"
    registration_number = "00000000"
    address = "1 Quay Street\nHarbourtown\nHT1 1AA\nUnited Kingdom"
    country = "GB"
    contact_email = "support@courier.example"
    default_currency = "GBP"
    statement_descriptor = "HARBOUR COURIER"
    receipt_prefix = "HC"
    legal_sentence = "Your contribution supports a company. It is not a charitable donation."
    receipt_note = (
        "This contribution is not a charitable donation and is not eligible for Gift Aid."
    )
    mandate_terms = "We collect the amount you chose on the same day of each period until you stop."
    mandate_version = "2026-11"


class FundFactory(DjangoModelFactory[Fund]):
    class Meta:
        model = Fund
        django_get_or_create = ("entity", "code")

    entity = factory.SubFactory(LegalEntityFactory)
    code = "general"
    name = "General reporting"


class CampaignFactory(DjangoModelFactory[Campaign]):
    """An open campaign without currencies; `make_newspaper` gives one that is ready."""

    class Meta:
        model = Campaign
        django_get_or_create = ("slug",)

    entity = factory.SubFactory(LegalEntityFactory)
    fund = factory.SubFactory(FundFactory, entity=factory.SelfAttribute("..entity"))
    slug = "support"
    status = CampaignStatus.OPEN
    title = "Support our journalism"
    standfirst = "Open to everyone, paid for by the readers who can."


class CustomerFactory(DjangoModelFactory[Customer]):
    class Meta:
        model = Customer

    entity = factory.SubFactory(LegalEntityFactory)
    currency = "GBP"
    email = factory.Sequence(lambda n: f"reader{n}@example.org")


class CheckoutFactory(DjangoModelFactory[Checkout]):
    class Meta:
        model = Checkout

    campaign = factory.SubFactory(CampaignFactory)
    customer = factory.SubFactory(CustomerFactory)
    status = CheckoutStatus.OPEN
    browser_session = factory.Sequence(lambda n: f"browser-{n}")
    frequency = Frequency.ONCE
    currency = "GBP"
    amount = 1000
    email = factory.SelfAttribute("customer.email")
    stripe_id = factory.Sequence(lambda n: f"cs_test_factory_{n}")
    created_at = NOON
    expires_at = datetime(2026, 11, 20, 12, 35, tzinfo=UTC)


class DonationFactory(DjangoModelFactory[Donation]):
    class Meta:
        model = Donation

    campaign = factory.SubFactory(CampaignFactory)
    entity = factory.SelfAttribute("campaign.entity")
    fund = factory.SelfAttribute("campaign.fund")
    customer = factory.SubFactory(CustomerFactory)
    frequency = Frequency.ONCE
    currency = "GBP"
    amount = 1000
    created_at = NOON


class PaymentFactory(DjangoModelFactory[Payment]):
    """A settled payment of its own donation; no receipt, ledger or supporter follows from it."""

    class Meta:
        model = Payment

    donation = factory.SubFactory(DonationFactory)
    status = PaymentStatus.SUCCEEDED
    stripe_id = factory.Sequence(lambda n: f"pi_factory_{n}")
    stripe_charge_id = factory.Sequence(lambda n: f"ch_factory_{n}")
    currency = factory.SelfAttribute("donation.currency")
    amount = factory.LazyAttribute(lambda p: p.donation.amount + p.donation.fee_cover)
    method = "card"
    card_brand = "visa"
    card_last4 = "4242"
    created_at = NOON
    succeeded_at = NOON


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@example.org")


class SupporterFactory(DjangoModelFactory[Supporter]):
    class Meta:
        model = Supporter

    email = factory.Sequence(lambda n: f"supporter{n}@example.org")
    state_since = NOON
    created_at = NOON


# Minor units: (minimum, maximum, fee basis points, fee fixed, amounts once, amounts monthly, amounts yearly).
_CURRENCIES = {
    "GBP": (100, 1_000_000, 150, 20, (500, 1000, 2500), (300, 500, 1000), (5000, 10_000, 20_000)),
    "USD": (100, 1_000_000, 290, 30, (500, 1500, 3000), (500, 700, 1500), (6000, 12_000, 25_000)),
    "EUR": (100, 1_000_000, 150, 25, (500, 1000, 2500), (400, 600, 1000), (5000, 10_000, 20_000)),
    "JPY": (100, 1_000_000, 360, 0, (500, 1000, 3000), (300, 700, 1000), (5000, 10_000, 20_000)),
}


def make_newspaper(slug: str = "support", **fields: object) -> Campaign:
    """Create an open campaign with four currencies and suggested amounts; GBP is its default."""
    campaign = CampaignFactory.create(slug=slug, **fields)
    # Nearly every test makes one, so in two statements; a campaign that is there already stays as it is.
    CampaignCurrency.objects.bulk_create(
        (
            CampaignCurrency(
                campaign=campaign,
                currency=currency,
                minimum=low,
                maximum=high,
                fee_basis_points=points,
                fee_fixed=fixed,
                is_default=currency == "GBP",
            )
            for currency, (low, high, points, fixed, *_) in _CURRENCIES.items()
        ),
        ignore_conflicts=True,
    )
    SuggestedAmount.objects.bulk_create(
        (
            SuggestedAmount(
                campaign=campaign,
                currency=currency,
                frequency=frequency,
                amount=amount,
                is_default=position == 1,
            )
            for currency, (*_, once, monthly, yearly) in _CURRENCIES.items()
            for frequency, row in zip(Frequency, (once, monthly, yearly), strict=True)
            for position, amount in enumerate(row)
        ),
        ignore_conflicts=True,
    )
    return campaign

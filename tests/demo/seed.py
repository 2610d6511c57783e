"""The demo newspaper: a company with two campaigns in four currencies, and its staff."""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.utils import timezone

from membership.models import User
from membership.prompts.defaults import RULES, ensure_prompts
from payments.models import (
    Campaign,
    CampaignCurrency,
    CampaignStatus,
    EntityKind,
    Frequency,
    Fund,
    LegalEntity,
    SuggestedAmount,
)

_ENTITY = {
    "kind": EntityKind.COMPANY,
    "legal_name": "Harbour Courier Limited",
    "trading_name": "The Harbour Courier",
    "registration_number": "00000000",
    "address": "1 Quay Street\nHarbourtown\nHT1 1AA\nUnited Kingdom",
    "country": "GB",
    "contact_email": "support@courier.example",
    "default_currency": "GBP",
    "statement_descriptor": "HARBOUR COURIER",
    "receipt_prefix": "HC",
    "legal_sentence": (
        "The Harbour Courier is published by a company. Your contribution pays for its journalism; "
        "it is not a charitable donation and earns no tax relief."
    ),
    "receipt_note": (
        "This contribution is not a charitable donation. It is not eligible for Gift Aid and is not tax deductible."
    ),
    "mandate_terms": (
        "We collect this amount today, and again each month (each year, if you chose yearly) on the same day, until "
        "you stop. You can stop it at any time from My support; to change it, write to us."
    ),
    "mandate_version": "2026-11",
}

_FUNDS = {
    "general": ("General reporting", "Wherever the newsroom needs it most.", False),
    "investigations": ("Investigations desk", "Only for long investigations.", True),
}

_CAMPAIGNS = {
    "support": {
        "fund": "general",
        "title": "Support the Courier",
        "standfirst": "Our reporting is open to everyone. Readers who can afford it keep it that way.",
        "body": (
            "There is no paywall here and there never will be.\n\n"
            "Whatever you give pays for reporters, editors and the time it takes to get a story right."
        ),
    },
    "investigations": {
        "fund": "investigations",
        "title": "Back our investigations",
        "standfirst": "Some stories take a year. Your gift goes to the desk that takes them on.",
        "body": "Every gift made on this page is spent by the investigations desk and nothing else.",
        "default_frequency": Frequency.ONCE,
    },
}

# Minor units: (minimum, maximum, fee basis points, fee fixed, then suggestions once, monthly, yearly).
_CURRENCIES = {
    "GBP": (100, 1_000_000, 150, 20, (500, 1000, 2500), (300, 500, 1000), (5000, 10_000, 20_000)),
    "USD": (100, 1_000_000, 290, 30, (500, 1500, 3000), (500, 700, 1500), (6000, 12_000, 25_000)),
    "EUR": (100, 1_000_000, 150, 25, (500, 1000, 2500), (400, 600, 1000), (5000, 10_000, 20_000)),
    "JPY": (300, 1_000_000, 360, 0, (500, 1500, 3000), (300, 700, 1500), (5000, 10_000, 20_000)),
}

# Who tries the demo at night sees it all the same.
_RULES = {**RULES, "budget": {**RULES["budget"], "quiet": [0, 0]}}


@dataclass(frozen=True, slots=True)
class Newspaper:
    """What the rest of the demo needs to know of the seed."""

    campaign: Campaign
    finance: User
    finance_lead: User
    editor: User
    second_editor: User


def seed() -> Newspaper:
    """Create what is missing and return the newspaper; rows that are there stay as they are."""
    entity, _ = LegalEntity.objects.get_or_create(slug="courier", defaults=_ENTITY)
    for code, (name, description, restricted) in _FUNDS.items():
        Fund.objects.get_or_create(
            entity=entity,
            code=code,
            defaults={"name": name, "description": description, "is_restricted": restricted},
        )
    for slug, fields in _CAMPAIGNS.items():
        _seed_campaign(entity, slug, dict(fields))
    ensure_prompts("support", now=timezone.now(), rules=_RULES)
    return Newspaper(
        campaign=Campaign.objects.get(slug="support"),
        finance=_seed_staff("finance@courier.example", "finance"),
        finance_lead=_seed_staff("finance-lead@courier.example", "finance lead"),
        editor=_seed_staff("editor@courier.example", "editor"),
        second_editor=_seed_staff("second-editor@courier.example", "editor"),
    )


def _seed_campaign(entity: LegalEntity, slug: str, fields: dict[str, str]) -> None:
    fund = Fund.objects.get(entity=entity, code=fields.pop("fund"))
    campaign, created = Campaign.objects.get_or_create(
        slug=slug,
        defaults={"entity": entity, "fund": fund, "status": CampaignStatus.OPEN, **fields},
    )
    if not created:
        return
    for currency, (low, high, points, fixed, *suggestions) in _CURRENCIES.items():
        CampaignCurrency.objects.create(
            campaign=campaign,
            currency=currency,
            minimum=low,
            maximum=high,
            fee_basis_points=points,
            fee_fixed=fixed,
            is_default=currency == "GBP",
        )
        for frequency, amounts in zip(Frequency, suggestions, strict=True):
            for position, amount in enumerate(amounts):
                SuggestedAmount.objects.create(
                    campaign=campaign,
                    currency=currency,
                    frequency=frequency,
                    amount=amount,
                    is_default=position == 1,
                )


def _seed_staff(email: str, role: str) -> User:
    user, _ = User.objects.get_or_create(email=email, defaults={"is_staff": True})
    user.groups.add(Group.objects.get(name=role))
    return user

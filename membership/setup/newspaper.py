"""The rows of a newspaper: its legal entity, a fund and a first campaign that is open."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from membership.setup.amounts import Terms, terms_of
from membership.setup.questions import Answers, AnswersRefused
from membership.setup.steps import Outcome, Step
from payments.entities.forms import LegalEntityForm
from payments.models import (
    Campaign,
    CampaignCurrency,
    CampaignStatus,
    Fund,
    LegalEntity,
    SuggestedAmount,
)


@transaction.atomic
def ensure_entity(answers: Answers) -> tuple[LegalEntity, Step]:
    """Return the legal entity of this slug, made from the answers when it is not there."""
    entity = LegalEntity.objects.filter(slug=answers["slug"]).first()
    if entity is not None:
        return entity, Step(Outcome.OK, "Legal entity", f"{entity.legal_name} is there.")
    form = LegalEntityForm({**answers, **_derived(answers)})
    if not form.is_valid():
        raise AnswersRefused({name: str(errors[0]) for name, errors in form.errors.items()})
    entity = form.save()
    return entity, Step(
        Outcome.MADE,
        "Legal entity",
        f"{entity.legal_name}. Have its legal texts checked; they are in the administration.",
    )


def _derived(answers: Answers) -> dict[str, str]:
    month, day = _fiscal_year_start(answers["fiscal_year_start"])
    lines = (line.strip() for line in answers["address"].replace("\n", ";").split(";"))
    return {
        "address": "\n".join(line for line in lines if line),
        "country": answers["country"].upper(),
        "default_currency": answers["default_currency"].strip().upper(),
        "refund_approval_limit": str(LegalEntity().refund_approval_limit),
        "release_approval_limit": str(LegalEntity().release_approval_limit),
        "fiscal_year_start_month": str(month),
        "fiscal_year_start_day": str(day),
    }


def _fiscal_year_start(text: str) -> tuple[int, int]:
    """Return month and day; no later day than the 28th, which every month has."""
    month, _, day = text.strip().partition("-")
    try:
        begins_on = date(2001, int(month), int(day))
    except ValueError as error:
        raise AnswersRefused(
            {"fiscal_year_start": f'"{text}" is no day of the year: write 04-06 for 6 April.'}
        ) from error
    if begins_on.day > 28:
        raise AnswersRefused({"fiscal_year_start": "A fiscal year begins on one of days 1 to 28."})
    return begins_on.month, begins_on.day


@transaction.atomic
def ensure_campaign(entity: LegalEntity, answers: Answers) -> tuple[Campaign, list[Step]]:
    """Return the campaign of this slug, made with its fund and amounts when it is not there."""
    found = Campaign.objects.filter(slug=answers["campaign_slug"]).first()
    if found is not None:
        words = f"/donate/{found.slug}/ is {found.get_status_display().lower()}."
        return found, [Step(Outcome.OK, "Campaign", words)]
    terms = terms_of(answers)
    fund, _ = Fund.objects.get_or_create(
        entity=entity,
        code=slugify(answers["fund_name"])[:40],
        defaults={"name": answers["fund_name"]},
    )
    campaign = Campaign(
        entity=entity,
        fund=fund,
        slug=answers["campaign_slug"],
        status=CampaignStatus.OPEN,
        title=answers["campaign_title"],
        standfirst=answers["campaign_standfirst"],
    )
    try:
        campaign.full_clean()
    except ValidationError as error:
        raise AnswersRefused(
            {f"campaign_{name}": words[0] for name, words in error.message_dict.items()}
        ) from error
    campaign.save()
    for each in terms:
        _add_currency(campaign, each)
    currencies = ", ".join(each.currency for each in terms)
    words = f"/donate/{campaign.slug}/ is open in {currencies}; editors change its amounts."
    return campaign, [Step(Outcome.MADE, "Campaign", words), *_fee_steps(terms)]


def _fee_steps(terms: list[Terms]) -> list[Step]:
    """Say where readers are not offered to cover the fee, because we do not know it."""
    unknown = ", ".join(each.currency for each in terms if not each.has_fee)
    if not unknown:
        return []
    words = (
        f"Readers cannot cover the fee in {unknown}: its rate there is not known. Editors give it "
        "in the administration."
    )
    return [Step(Outcome.NOTE, "Fee cover", words)]


def _add_currency(campaign: Campaign, terms: Terms) -> None:
    CampaignCurrency.objects.create(
        campaign=campaign,
        currency=terms.currency,
        minimum=terms.minimum,
        maximum=terms.maximum,
        fee_basis_points=terms.fee_basis_points,
        fee_fixed=terms.fee_fixed,
        is_default=terms.is_default,
    )
    for frequency, amounts in terms.suggested.items():
        for position, amount in enumerate(amounts):
            SuggestedAmount.objects.create(
                campaign=campaign,
                currency=terms.currency,
                frequency=frequency,
                amount=amount,
                is_default=position == min(1, len(amounts) - 1),
            )

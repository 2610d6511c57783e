"""The rows of a newspaper: its legal entity, a fund and a first campaign that is open."""

from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from membership.setup.questions import Answers, AnswersRefused
from membership.setup.steps import Outcome, Step
from payments.currencies import KNOWN, decimals
from payments.entities.forms import LegalEntityForm
from payments.errors import AmountRefused
from payments.models import (
    Campaign,
    CampaignCurrency,
    CampaignStatus,
    Frequency,
    Fund,
    LegalEntity,
    SuggestedAmount,
)
from payments.money import parse_amount

# How amounts that were written for pounds read in a currency without decimals, such as the yen.
_WITHOUT_DECIMALS = 100


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
    month, _, day = answers["fiscal_year_start"].partition("-")
    lines = (line.strip() for line in answers["address"].replace("\n", ";").split(";"))
    return {
        "address": "\n".join(line for line in lines if line),
        "country": answers["country"].upper(),
        "default_currency": answers["default_currency"].upper(),
        "fiscal_year_start_month": month,
        "fiscal_year_start_day": day,
    }


@transaction.atomic
def ensure_campaign(entity: LegalEntity, answers: Answers) -> tuple[Campaign, Step]:
    """Return the campaign of this slug, made with its fund and amounts when it is not there."""
    found = Campaign.objects.filter(slug=answers["campaign_slug"]).first()
    if found is not None:
        words = f"/donate/{found.slug}/ is {found.get_status_display().lower()}."
        return found, Step(Outcome.OK, "Campaign", words)
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
    currencies = [code.strip().upper() for code in answers["currencies"].split(",")]
    for position, currency in enumerate(currencies):
        _add_currency(campaign, currency, answers, is_default=position == 0)
    return campaign, Step(
        Outcome.MADE,
        "Campaign",
        f"/donate/{campaign.slug}/ is open in {', '.join(currencies)}; editors change its amounts.",
    )


def _add_currency(campaign: Campaign, currency: str, answers: Answers, *, is_default: bool) -> None:
    if currency not in KNOWN:
        raise AnswersRefused({"currencies": f"Stripe takes no {currency}."})
    CampaignCurrency.objects.create(
        campaign=campaign,
        currency=currency,
        minimum=_amount(answers, "minimum", currency),
        maximum=_amount(answers, "maximum", currency),
        fee_basis_points=_basis_points(answers["fee_percent"]),
        fee_fixed=_amount(answers, "fee_fixed", currency),
        is_default=is_default,
    )
    for frequency in Frequency:
        for position, text in enumerate(answers[frequency].split(",")):
            SuggestedAmount.objects.create(
                campaign=campaign,
                currency=currency,
                frequency=frequency,
                amount=_amount({frequency: text}, frequency, currency),
                is_default=position == 1,
            )


def _amount(answers: Answers, name: str, currency: str) -> int:
    """Return minor units of an amount that was written for a currency with decimals."""
    try:
        value = Decimal(answers[name].strip())
        if not decimals(currency):
            value *= _WITHOUT_DECIMALS
        if not value:
            return 0
        return parse_amount(format(value.normalize(), "f"), currency).minor
    except (InvalidOperation, AmountRefused) as error:
        raise AnswersRefused({name: f'"{answers[name]}" is no amount in {currency}.'}) from error


def _basis_points(percent: str) -> int:
    try:
        return int(Decimal(percent) * 100)
    except InvalidOperation as error:
        raise AnswersRefused({"fee_percent": f'"{percent}" is no percentage.'}) from error

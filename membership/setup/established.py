"""What an earlier run made, as answers: a repeated run asks nothing and makes nothing twice."""

import re
from decimal import Decimal, InvalidOperation

from membership.accounts.models import User
from membership.setup.questions import QUESTIONS, Answers
from membership.setup.steps import Outcome, Step
from payments.models import Campaign, Frequency, LegalEntity
from payments.money import Money

# An answer of these that is not there yet names something to be made.
_NAMES_OF_ROWS = frozenset({"slug", "campaign_slug", "staff_email"})


def established() -> dict[str, str]:
    """Return the answers that the rows which are there stand for."""
    known: dict[str, str] = {}
    entity = LegalEntity.objects.order_by("id").first()
    if entity is not None:
        known = _of_entity(entity)
        campaign = Campaign.objects.select_related("fund").filter(entity=entity).order_by("id")
        if (first := campaign.first()) is not None:
            known |= _of_campaign(first)
    user = User.objects.filter(is_staff=True, groups__name="admin").order_by("id").first()
    if user is not None:
        known |= {"staff_email": user.email, "staff_name": user.name}
    return known


def differing(given: Answers, known: Answers) -> list[Step]:
    """Return a note that names the given answers which differ from what is there, or nothing.

    Answers for a newspaper, campaign or person that is yet to be made differ from nothing.
    """
    is_other = {
        name: name in known and not _is_same(given.get(name, known[name]), known[name])
        for name in _NAMES_OF_ROWS
    }
    flags = [
        question.flag
        for question in QUESTIONS
        if question.name in given
        and question.name in known
        and not is_other[_row_of(question.name)]
        and not _is_same(given[question.name], known[question.name])
    ]
    if not flags:
        return []
    verb = "differs" if len(flags) == 1 else "differ"
    words = (
        f"{', '.join(flags)} {verb} from what is there, which was not changed; change it in the "
        "administration."
    )
    return [Step(Outcome.NOTE, "Answers", words)]


def _row_of(name: str) -> str:
    if name.startswith("staff_"):
        return "staff_email"
    is_entitys = any(field.name == name for field in LegalEntity._meta.fields)  # noqa: SLF001  Django's documented API
    return "slug" if is_entitys or name == "fiscal_year_start" else "campaign_slug"


def _of_entity(entity: LegalEntity) -> dict[str, str]:
    names = {question.name for question in QUESTIONS}
    fields = {field.name for field in entity._meta.fields}  # noqa: SLF001  Django's documented API
    began = f"{entity.fiscal_year_start_month:02}-{entity.fiscal_year_start_day:02}"
    return {name: str(getattr(entity, name)) for name in names & fields} | {
        "fiscal_year_start": began
    }


def _of_campaign(campaign: Campaign) -> dict[str, str]:
    known = {
        "campaign_slug": campaign.slug,
        "campaign_title": campaign.title,
        "campaign_standfirst": campaign.standfirst,
        "fund_name": campaign.fund.name,
        "currencies": ", ".join(campaign.currencies.values_list("currency", flat=True)),
    }
    terms = campaign.currencies.filter(currency=campaign.entity.default_currency).first()
    if terms is None:
        return known
    for name in ("minimum", "maximum", "fee_fixed"):
        known[name] = _printed(getattr(terms, name), terms.currency)
    known["fee_percent"] = str(Decimal(terms.fee_basis_points) / 100)
    for frequency in Frequency:
        amounts = campaign.suggested_amounts.filter(currency=terms.currency, frequency=frequency)
        if texts := [_printed(suggested.amount, terms.currency) for suggested in amounts]:
            known[frequency] = ", ".join(texts)
    return known


def _printed(minor: int, currency: str) -> str:
    return format(Money(minor, currency).to_decimal(), "f")


def _is_same(given: str, known: str) -> bool:
    """Compare as a person would: order, case, spacing and the writing of numbers say nothing."""
    return _parts(given) == _parts(known)


def _parts(text: str) -> list[str]:
    return sorted(_plain(part) for part in re.split(r"[;,\n]", text) if part.strip())


def _plain(part: str) -> str:
    try:
        return format(Decimal(part.strip()).normalize(), "f")
    except InvalidOperation:
        return " ".join(part.casefold().split())

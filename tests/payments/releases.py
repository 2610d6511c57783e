"""Restricted funds and what is released of them, for tests."""

from datetime import date, datetime
from uuid import uuid4

from membership.models import User
from payments.desk.releases.actions import ReleaseOrder, ask_release
from payments.models import Campaign, Fund, FundRelease
from tests.factories import NOON, UserFactory


def restrict(campaign: Campaign, *, limit: int = 10**9) -> Fund:
    """Make what readers give to a campaign restricted; one person may release `limit` of it."""
    campaign.entity.release_approval_limit = limit
    campaign.entity.save()
    campaign.fund.is_restricted = True
    campaign.fund.save()
    return campaign.fund


def an_order(fund: Fund, amount: int, **fields: object) -> ReleaseOrder:
    given = {
        "reference": uuid4(),
        "currency": "GBP",
        "released_on": NOON.date(),
        "purpose": "A reporter in the harbour for a month.",
    }
    return ReleaseOrder(fund_id=fund.pk, amount=amount, **{**given, **fields})  # type: ignore[arg-type]


def a_release(
    fund: Fund,
    amount: int,
    *,
    on: date | None = None,
    currency: str = "GBP",
    actor: User | None = None,
    now: datetime = NOON,
) -> FundRelease:
    order = an_order(fund, amount, currency=currency, released_on=on or NOON.date())
    return ask_release(order, actor=actor or UserFactory.create(), now=now)

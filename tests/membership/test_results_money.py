"""Results in money: the register's own rows, told apart by the prompt that they came from."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import stripe

from membership.models import EventType
from membership.results.counts import Counts
from membership.results.exposures import PromptExposures
from membership.results.givers import FirstYear
from membership.results.guardrails import guardrails
from membership.results.table import ResultRow, currencies_of, result_rows
from payments.finance.providers import Exposure, exposures
from payments.finance.register_totals import register_totals
from payments.finance.selections import GiftSelection
from payments.models import (
    Campaign,
    Checkout,
    Payment,
    PlanStatus,
    RecurringPlan,
    RefundStatus,
)
from tests.factories import NOON, CheckoutFactory
from tests.membership.results import NOVEMBER, a_prompted_gift, met
from tests.payments.gifts import a_gift, a_refund
from tests.payments.stories import give
from tests.sandbox.client import SandboxAccount

ALL = ("variant", "slot", "country", "state")


def _rows(**narrowed: str) -> dict[str, ResultRow]:
    rows = result_rows(replace(NOVEMBER, **narrowed), ("variant",), now=NOON)
    return {row.values[0]: row for row in rows}


def test_what_readers_met_and_did_is_told_apart_by_every_dimension(campaign: Campaign) -> None:
    met(5)
    met(3, first=False)
    met(7, EventType.ELIGIBLE)
    met(2, EventType.CLICKED, first=False)
    met(1, EventType.DISMISSED, first=False)
    met(1, EventType.WHY, first=False)
    met(4, slot="banner", country="US", state="lapsed", variant="default:a")
    met(9, campaign="another")
    met(9, hour=datetime(2026, 12, 1, tzinfo=UTC))

    rows = {row.values: row.counts for row in result_rows(NOVEMBER, ALL, now=NOON)}

    assert rows == {
        ("a", "in-article", "GB", "anonymous"): Counts(7, 7, 8, 5, 2, 1, 1),
        ("default:a", "banner", "US", "lapsed"): Counts(0, 0, 4, 4, 0, 0, 0),
    }
    assert _rows(country="US").keys() == {"default:a"}
    assert _rows(slot="in-article").keys() == {"a"}


def test_the_money_of_a_prompt_ties_to_the_register_to_the_penny(campaign: Campaign) -> None:
    a_refund(a_prompted_gift(campaign, 2_500, fee_cover=50), 700)
    a_refund(a_prompted_gift(campaign, 999), 999, status=RefundStatus.FAILED)
    a_prompted_gift(campaign, 500, currency="JPY", is_booked=False)
    a_prompted_gift(campaign, 1_234, attribution={"arm": "b", "variant": "b"})
    a_prompted_gift(campaign, 4_000, at=datetime(2026, 12, 1, 0, 0, tzinfo=UTC))

    rows = _rows()

    register = {
        total.currency: (total.gift_count, total.gifts, total.refunds)
        for total in register_totals(
            GiftSelection("courier", date(2026, 11, 1), date(2026, 11, 30))
        ).given
    }
    ours: dict[str, tuple[int, int, int]] = {}
    for row in rows.values():
        for currency, money in row.given.by_currency.items():
            gifts, gross, back = ours.get(currency, (0, 0, 0))
            ours[currency] = (gifts + money.gifts, gross + money.gross, back + money.back)
    assert ours == register == {"GBP": (3, 4_783, -700), "JPY": (1, 500, 0)}
    assert rows["a"].given.by_currency["GBP"].net == 2_550 - 700 + 999
    assert rows["b"].given.by_currency["GBP"].net == 1_234


def test_gifts_of_other_prompts_and_of_none_are_not_ours(campaign: Campaign) -> None:
    a_gift(campaign, 1_000)
    a_prompted_gift(campaign, 1_000, attribution={"prompt": "another"})

    assert _rows() == {}


def test_gifts_from_before_there_were_arms_count_for_their_variant(campaign: Campaign) -> None:
    a_gift(campaign, 1_000, attribution={"prompt": "appeal", "variant": "2026-11"})

    assert _rows()["2026-11"].gifts == 1
    assert result_rows(NOVEMBER, ALL, now=NOON)[0].values == ("2026-11", "", "", "")


def test_a_dispute_that_was_lost_is_off_what_stands(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    give(campaign, sandbox, attribution={"prompt": "appeal", "variant": "a", "arm": "a"})
    deliver()
    payment = Payment.objects.get()
    dispute = sandbox.dispute(str(payment.stripe_charge_id))
    deliver()
    sandbox.decide(dispute["id"], won=False)
    deliver()
    at = payment.succeeded_at
    assert at is not None
    lately = replace(NOVEMBER, first=at.date() - timedelta(1), last=at.date() + timedelta(2))

    (row,) = result_rows(lately, ("variant",), now=at)

    money = row.given.by_currency["GBP"]
    assert (money.gross, money.back, money.net) == (1_035, -1_035, 0)
    assert row.first_years["GBP"].observed == 0
    (total,) = register_totals(lately.gifts).given
    assert (total.gifts, total.refunds) == (money.gross, money.back)


def test_the_newspapers_own_currency_is_summed_as_far_as_it_is_known(campaign: Campaign) -> None:
    a_prompted_gift(campaign, 1_000)
    a_prompted_gift(campaign, 5_000, currency="USD")

    given = _rows()["a"].given

    assert (given.reporting, given.waiting) == (1_000, 1)


def test_checkouts_recurring_starts_and_money_per_thousand(campaign: Campaign) -> None:
    met(400)
    met(100, first=False)
    CheckoutFactory.create(
        campaign=campaign, attribution={"prompt": "appeal", "variant": "a", "arm": "a"}
    )
    CheckoutFactory.create(campaign=campaign)
    a_prompted_gift(campaign, 500, frequency="monthly")
    a_prompted_gift(campaign, 500, frequency="monthly", sequence=2)
    a_prompted_gift(campaign, 1_000)

    row = _rows()["a"]

    assert (row.checkouts, row.gifts, row.starts) == (1, 3, 1)
    assert row.per_thousand("GBP") == 4_000
    assert row.per_thousand("USD") == 0
    assert currencies_of([row]) == ["GBP"]


def _a_plan(campaign: Campaign, started_at: datetime) -> RecurringPlan:
    checkout: Checkout = CheckoutFactory.create(
        campaign=campaign, attribution={"prompt": "appeal", "variant": "a", "arm": "a"}
    )
    return RecurringPlan.objects.create(
        entity=campaign.entity,
        campaign=campaign,
        customer=checkout.customer,
        checkout=checkout,
        stripe_id=f"sub_{checkout.pk}",
        status=PlanStatus.ACTIVE,
        frequency="monthly",
        currency="GBP",
        amount=500,
        started_at=started_at,
    )


def test_a_gifts_first_year_is_all_that_stands_of_it_within_a_year(campaign: Campaign) -> None:
    begun = NOON.replace(year=2025)
    plan = _a_plan(campaign, begun)
    for number in range(14):
        at = begun + timedelta(days=31 * number)
        a_prompted_gift(campaign, 500, at=at, plan=plan, sequence=number + 1, frequency="monthly")
    a_prompted_gift(campaign, 2_000, at=begun)
    a_prompted_gift(campaign, 9_000, at=begun - timedelta(days=40))
    november = replace(NOVEMBER, first=date(2025, 11, 1), last=date(2025, 11, 30))

    early = result_rows(november, ("variant",), now=begun + timedelta(days=300))
    late = result_rows(november, ("variant",), now=begun + timedelta(days=366))

    # Collections on days 0, 31 … 341 and, too late, 372.
    assert early[0].first_years == {"GBP": FirstYear(8_000, 0, 0)}
    assert late[0].first_years == {"GBP": FirstYear(8_000, 8_000, 2)}


def test_guardrails_say_what_a_campaign_costs(campaign: Campaign) -> None:
    met(100)
    met(16, EventType.DISMISSED)
    a_refund(a_prompted_gift(campaign, 10_000), 600)
    for number in range(20):
        plan = _a_plan(campaign, NOON)
        if number < 4:
            RecurringPlan.objects.filter(pk=plan.pk).update(
                cancelled_at=NOON + timedelta(days=89 if number else 91)
            )
    rows = list(_rows().values())

    found = guardrails(NOVEMBER, rows, now=NOON + timedelta(days=100))

    assert [(each.part, each.whole, each.is_broken) for each in found] == [
        (600, 10_000, True),
        (3, 20, False),
        (16, 100, True),
    ]
    assert guardrails(NOVEMBER, [], now=NOON)[0].percent is None


@pytest.mark.django_db
def test_finance_is_told_what_was_seen_and_followed() -> None:
    met(5)
    met(2, EventType.CLICKED)
    met(1, variant="b", country="")
    met(3, hour=datetime(2026, 12, 1, 0, 0, tzinfo=UTC), campaign="winter")
    whole = [Exposure("appeal", "a", "GB", 5, 2), Exposure("appeal", "b", "", 1, 0)]

    days = (date(2026, 11, 1), date(2026, 11, 30))

    assert exposures("appeal", *days, zone="Europe/London") == whole
    assert exposures("", None, None, zone="UTC") == [*whole, Exposure("winter", "a", "GB", 3, 0)]
    assert exposures("", *days, zone="America/New_York")[-1].campaign == "winter"
    assert PromptExposures().exposures("nobodys", None, None, zone="UTC") == []


def test_a_click_over_http_ends_as_money_in_the_results(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    said = {"prompt": "appeal", "variant": "a", "arm": "a", "country": "GB"}
    give(campaign, sandbox, amount=2_500, fee_cover=0, attribution=said)
    give(campaign, sandbox, frequency="monthly", browser_session="2", attribution=said)
    deliver()
    peer = stripe.StripeClient(sandbox.key, base_addresses={"api": sandbox.api_base})
    intent = Payment.objects.get(amount=2_500).stripe_id
    peer.v1.refunds.create({"payment_intent": intent, "amount": 700})
    deliver()
    at = Payment.objects.get(amount=2_500).succeeded_at
    assert at is not None
    today = replace(NOVEMBER, first=at.date() - timedelta(days=1), last=at.date() + timedelta(1))

    (row,) = result_rows(today, ("variant",), now=at)

    (total,) = register_totals(today.gifts).given
    money = row.given.by_currency["GBP"]
    assert (money.gifts, money.gross, money.back) == (2, total.gifts, total.refunds)
    assert (row.checkouts, row.starts, money.net) == (2, 1, 2_500 + 1_035 - 700)

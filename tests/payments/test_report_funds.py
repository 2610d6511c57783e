"""R10: what funds hold adds up, for any days, and every figure leads to the lines that sum to it."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payments.desk.releases.actions import take_back_release
from payments.desk.releases.queries import holdings
from payments.errors import ReleaseRefused
from payments.finance.tables import TABLES
from payments.ledger.sums.actions import sum_past_days
from payments.models import Campaign, FundRelease, LedgerEntry, Payment, ReleaseState
from tests.factories import NOON, UserFactory
from tests.payments.gifts import a_gift, a_refund
from tests.payments.releases import a_release, restrict
from tests.payments.test_report_ties import rows_of

pytestmark = pytest.mark.django_db

FIGURES = ("opening", "received", "given_back", "released", "closing")
BEGAN = NOON - timedelta(days=30)


@pytest.fixture
def book(campaign: Campaign) -> Campaign:
    """Gifts in two currencies, one refunded in part; three releases, of which one was taken back."""
    fund = restrict(campaign)
    early = a_gift(campaign, 10_000, at=BEGAN)
    a_gift(campaign, 2_500, at=NOON - timedelta(days=5), fee_cover=100)
    a_gift(campaign, 7_000, currency="JPY", at=NOON)
    a_refund(early, 1_500, at=NOON - timedelta(days=4))
    a_release(fund, 3_000, on=BEGAN.date() + timedelta(days=2))
    a_release(fund, 2_000)
    wrong = a_release(fund, 800)
    take_back_release(wrong.pk, actor=UserFactory.create(), reason="Wrong.", now=NOON)
    return campaign


def figures_of(row: dict[str, Any]) -> dict[str, int]:
    return {name: row[f"{name}_minor"] for name in FIGURES}


def test_a_fund_opens_receives_releases_and_closes(book: Campaign) -> None:
    first = str(NOON.date() - timedelta(days=6))
    pounds, yen = sorted(
        rows_of("funds", entity="courier", first=first), key=lambda row: str(row["currency"])
    )

    assert figures_of(pounds) == {
        "opening": 7_000,
        "received": 2_600,
        "given_back": -1_500,
        "released": -2_000,
        "closing": 6_100,
    }
    assert (figures_of(yen)["closing"], figures_of(yen)["released"]) == (7_000, 0)


@pytest.mark.parametrize("first", ["", str(NOON.date() - timedelta(days=6))])
@pytest.mark.parametrize("last", ["", str(NOON.date() - timedelta(days=5))])
def test_every_figure_leads_to_the_lines_that_sum_to_it(
    book: Campaign, first: str, last: str
) -> None:
    filters = {"entity": "courier", "first": first, "last": last}
    columns = {column.name: column for column in TABLES["funds"].columns}
    for row in rows_of("funds", **filters):
        for name in FIGURES:
            link = columns[name].link
            assert link is not None
            address = link(row, filters)
            if not address:
                assert (name, first, row["opening_minor"]) == ("opening", "", 0)
                continue
            lines = rows_of("fund_movements", **dict(parse_qsl(urlsplit(address).query)))
            assert sum(line["amount_minor"] for line in lines) == row[f"{name}_minor"], name


def test_a_release_of_a_day_that_is_summed_is_in_the_closing(campaign: Campaign) -> None:
    a_gift(campaign, 10_000, at=BEGAN)
    fund = restrict(campaign)
    sum_past_days(now=NOON)
    release = a_release(fund, 3_000, on=BEGAN.date() + timedelta(days=2))
    assert [figures_of(row)["closing"] for row in rows_of("funds", entity="courier")] == [7_000]
    sum_past_days(now=NOON)
    take_back_release(release.pk, actor=UserFactory.create(), reason="Wrong.", now=NOON)
    assert [figures_of(row)["closing"] for row in rows_of("funds", entity="courier")] == [10_000]
    assert [each.held for each in holdings()] == [10_000]


def test_lines_lead_to_the_gift_and_to_the_release(book: Campaign) -> None:
    link = next(c.link for c in TABLES["fund_movements"].columns if c.name == "description")
    assert link is not None
    led = {link(row, {}) for row in rows_of("fund_movements", entity="courier")}
    assert led == {
        *(f"/finance/payments/{reference}/" for reference in _references(Payment)),
        *(f"/finance/releases/{reference}/" for reference in _references(FundRelease)),
    }


def _references(model: Any) -> Iterator[Any]:
    return iter(model.objects.values_list("reference", flat=True))


def test_the_roll_forward_of_stripes_balance_knows_nothing_of_releases(campaign: Campaign) -> None:
    a_gift(campaign, 10_000, at=BEGAN)
    fund = restrict(campaign)
    before = rows_of("clearing", entity="courier")
    a_release(fund, 3_000)
    assert rows_of("clearing", entity="courier") == before


steps = st.lists(
    st.tuples(
        st.sampled_from(["give", "give", "refund", "release", "release", "take back"]),
        st.integers(1, 900),
        st.integers(0, 9),
        st.sampled_from(["GBP", "JPY"]),
    ),
    max_size=12,
)


@given(steps, st.integers(-1, 10), st.integers(0, 10))
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_opening_and_received_less_released_is_closing_whatever_happens(
    campaign: Campaign, happened: list[tuple[str, int, int, str]], starts: int, lasts: int
) -> None:
    with transaction.atomic():
        fund = restrict(campaign)
        for step, amount, day, currency in happened:
            _do(campaign, step, amount, day, currency)
        _assert_funds_add_up(fund.pk, starts, lasts)
        transaction.set_rollback(True)


def _do(campaign: Campaign, step: str, amount: int, day: int, currency: str) -> None:
    at = NOON - timedelta(days=9 - day)
    gift = Payment.objects.filter(currency=currency).order_by("-id").first()
    released = FundRelease.objects.filter(state=ReleaseState.RELEASED).order_by("id").first()
    if step == "give":
        a_gift(campaign, amount, at=at, currency=currency)
    elif step == "refund" and gift and gift.amount > gift.refunded_amount:
        left = gift.amount - gift.refunded_amount
        a_refund(gift, min(amount, left), at=max(at, gift.succeeded_at or at))
    elif step == "release":
        with suppress(ReleaseRefused), transaction.atomic():
            a_release(campaign.fund, amount, on=at.date(), currency=currency)
    elif step == "take back" and released:
        take_back_release(released.pk, actor=UserFactory.create(), reason="Wrong.", now=NOON)


def _assert_funds_add_up(fund_id: int, starts: int, lasts: int) -> None:
    first = NOON.date() - timedelta(days=9 - starts)
    last = first + timedelta(days=lasts)
    before, within, ever = (
        {row["currency"]: figures_of(row) for row in rows_of("funds", entity="courier", **days)}
        for days in (
            {"last": str(first - timedelta(days=1))},
            {"first": str(first), "last": str(last)},
            {},
        )
    )
    for currency, row in within.items():
        assert sum(row[name] for name in FIGURES[:-1]) == row["closing"]
        assert row["opening"] == before.get(currency, {"closing": 0})["closing"]
        assert row["closing"] == -_sum(fund_id, currency, last)
    for currency, row in ever.items():
        stands = FundRelease.objects.filter(currency=currency, state=ReleaseState.RELEASED)
        assert row["released"] == -(stands.aggregate(s=Sum("amount"))["s"] or 0)


def _sum(fund_id: int, currency: str, last: date) -> int:
    """Everything that the ledger has of a fund, whatever its account."""
    lines = LedgerEntry.objects.filter(
        fund=fund_id, currency=currency, posting__accounting_on__lte=last
    ).exclude(account="refunds_payable")
    total: int = lines.aggregate(sum=Sum("amount", default=0))["sum"]
    return total

"""The gift register: what it lists, what it adds up to, and who may see which part of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from payments.finance.gift_rows import GiftEvent, GiftRow
from payments.finance.queries import register_rows
from payments.finance.register_totals import register_totals
from payments.finance.selections import GiftSelection
from payments.finance.tables import TABLES
from payments.models import (
    AccessAction,
    AccessLog,
    Campaign,
    LedgerAccount,
    LedgerEntry,
    PaymentStatus,
    RefundStatus,
)
from tests.factories import NOON, PaymentFactory, make_newspaper
from tests.payments.gifts import a_gift, a_refund
from tests.staff import make_staff, sign_in_staff

pytestmark = pytest.mark.usefixtures("told_rendering")

ALL = GiftSelection(entity="courier")
PAGE = "/finance/gifts/?first=2026-11-01&last=2026-11-30"


def _rows(selection: GiftSelection = ALL) -> list[GiftRow]:
    return [GiftRow._make(row) for row in register_rows(selection)]


def test_a_gift_is_one_row_with_its_settlement(campaign: Campaign) -> None:
    payment = a_gift(
        campaign, 2500, fee_cover=50, attribution={"prompt": "autumn", "article": "a/1"}
    )

    (row,) = _rows()

    assert (row.kind, row.reference, row.at) == (GiftEvent.GIFT, payment.reference, NOON)
    assert (row.currency, row.amount, row.fee_cover) == ("GBP", 2550, 50)
    assert (row.settlement_currency, row.gross, row.fee, row.net) == ("GBP", 2550, 35, 2515)
    assert (row.prompt, row.article, row.variant) == ("autumn", "a/1", None)
    assert row.stripe_charge == payment.stripe_charge_id


def test_a_refund_is_its_own_negative_row_and_leaves_the_gift_alone(campaign: Campaign) -> None:
    payment = a_gift(campaign, 2500)
    refund = a_refund(payment, 1000)

    gift, back = _rows()

    assert (gift.kind, gift.amount, gift.net) == (GiftEvent.GIFT, 2500, 2465)
    assert (back.kind, back.amount, back.net, back.fee) == (GiftEvent.REFUND, -1000, -1000, 0)
    assert (back.reference, back.gift_reference) == (refund.reference, payment.reference)
    assert back.stripe_refund == refund.stripe_id


def test_a_failed_refund_shows_both_ways_and_nets_to_nothing(campaign: Campaign) -> None:
    a_refund(a_gift(campaign), 400, status=RefundStatus.FAILED)

    kinds = [(row.kind, row.amount) for row in _rows()]

    assert kinds == [
        (GiftEvent.GIFT, 1000),
        (GiftEvent.REFUND, -400),
        (GiftEvent.REFUND_FAILED, 400),
    ]


def test_a_refund_that_failed_before_money_moved_is_no_event(campaign: Campaign) -> None:
    a_refund(a_gift(campaign), 400, status=RefundStatus.CANCELED, is_booked=False)

    assert [row.kind for row in _rows()] == [GiftEvent.GIFT]


@pytest.mark.parametrize(
    "status",
    [
        status
        for status in PaymentStatus
        if status not in ("succeeded", "partially_refunded", "refunded")
    ],
)
def test_what_never_settled_is_not_listed(campaign: Campaign, status: PaymentStatus) -> None:
    PaymentFactory.create(donation__campaign=campaign, status=status, succeeded_at=None)

    assert _rows() == []


def test_the_last_evening_belongs_to_the_day_in_the_newspapers_own_zone(campaign: Campaign) -> None:
    campaign.entity.time_zone = "America/New_York"
    campaign.entity.save()
    # 23:30 on the last of November in New York.
    a_gift(campaign, at=datetime(2026, 12, 1, 4, 30, tzinfo=UTC))

    november = GiftSelection("courier", first=date(2026, 11, 1), last=date(2026, 11, 30))
    december = GiftSelection("courier", first=date(2026, 12, 1), last=date(2026, 12, 31))

    assert len(_rows(november)) == 1
    assert _rows(december) == []


@pytest.mark.parametrize(
    ("narrowed", "amounts"),
    [
        ({}, [300, 500, 1000, -100]),
        ({"currency": "JPY"}, [500]),
        ({"campaign": "autumn"}, [300]),
        ({"frequency": "monthly"}, [300]),
        ({"first": date(2026, 11, 21)}, [-100]),
        ({"last": date(2026, 11, 20)}, [300, 500, 1000]),
        ({"currency": "GBP", "frequency": "once"}, [1000, -100]),
    ],
)
def test_filters_narrow_gifts_and_refunds_alike(
    campaign: Campaign, narrowed: dict[str, Any], amounts: list[int]
) -> None:
    autumn = make_newspaper("autumn")
    a_refund(a_gift(campaign, 1000), 100)
    a_gift(campaign, 500, currency="JPY")
    a_gift(autumn, 300, frequency="monthly")

    rows = _rows(GiftSelection("courier", **narrowed))

    assert sorted(row.amount for row in rows) == sorted(amounts)


def test_another_newspapers_gifts_are_never_mixed_in(campaign: Campaign) -> None:
    other = make_newspaper("other", entity__slug="gazette", fund__code="g")
    a_gift(campaign, 1000)
    a_gift(other, 2000)

    assert [row.amount for row in _rows()] == [1000]
    assert [row.amount for row in _rows(GiftSelection("gazette"))] == [2000]


def test_totals_per_currency_tie_to_the_ledger(campaign: Campaign) -> None:
    a_refund(a_gift(campaign, 2500), 1000)
    a_refund(a_gift(campaign, 700), 700, status=RefundStatus.FAILED)
    a_gift(campaign, 500, currency="JPY")
    a_gift(campaign, 4000, currency="USD", is_booked=False)

    totals = register_totals(ALL)

    given = {
        total.currency: (total.gift_count, total.gifts, total.refunds) for total in totals.given
    }
    assert given == {"GBP": (2, 3200, -1000), "JPY": (1, 500, 0), "USD": (1, 4000, 0)}
    clearing = dict(
        LedgerEntry.objects.filter(account=LedgerAccount.STRIPE_CLEARING)
        .values_list("currency")
        .annotate(Sum("amount"))
        .order_by("currency")
    )
    assert {total.currency: total.net for total in totals.settled} == clearing
    assert {total.currency: total.ledger for total in totals.settled} == clearing
    assert not totals.has_difference
    assert (totals.row_count, totals.waiting_count) == (7, 1)


@pytest.fixture
def sign_in(client: Client, campaign: Campaign) -> Callable[..., Client]:
    def as_staff(*permissions: str, role: str = "") -> Client:
        sign_in_staff(client, make_staff(*permissions, role=role))
        return client

    return as_staff


def test_the_screen_shows_rows_totals_and_the_tie(
    campaign: Campaign, sign_in: Callable[..., Client]
) -> None:
    a_refund(a_gift(campaign, 123_456), 56)

    page = sign_in(role="finance").get(PAGE).content.decode()

    assert "1,234.56" in page
    assert "\N{MINUS SIGN}0.56" in page
    assert "1,233.65" in page  # net of fee and refund, beside the ledger's own figure
    assert "The register and the ledger differ" not in page


def test_names_and_emails_need_their_own_permission(
    campaign: Campaign, sign_in: Callable[..., Client]
) -> None:
    payment = a_gift(campaign)
    email = payment.donation.customer.email

    assert email not in sign_in(role="finance").get(PAGE).content.decode()
    assert email in sign_in(role="finance lead").get(PAGE).content.decode()


@pytest.mark.parametrize("role", ["support", "editor", "admin"])
def test_other_roles_do_not_see_the_register(role: str, sign_in: Callable[..., Client]) -> None:
    assert sign_in(role=role).get(PAGE).status_code == 403


def test_every_look_is_written_down_with_its_filters(sign_in: Callable[..., Client]) -> None:
    sign_in(role="auditor").get(f"{PAGE}&currency=GBP")

    entry = AccessLog.objects.get()
    assert (entry.action, entry.report) == (AccessAction.VIEWED, "gift_register")
    assert entry.filters == {
        "entity": "courier",
        "first": "2026-11-01",
        "last": "2026-11-30",
        "currency": "GBP",
    }


@pytest.mark.parametrize(
    "query",
    ["first=2026-13-01", "currency=XXX", "campaign=none", "first=2026-11-02&last=2026-11-01"],
)
def test_filters_that_make_no_sense_say_so_and_show_nothing(
    query: str, sign_in: Callable[..., Client]
) -> None:
    response = sign_in(role="finance").get(f"/finance/gifts/?{query}")

    assert response.status_code == 400
    assert "field-error" in response.content.decode()
    assert not AccessLog.objects.exists()


def test_pages_keep_the_filters(campaign: Campaign, sign_in: Callable[..., Client]) -> None:
    for _ in range(51):
        a_gift(campaign, is_booked=False)
    client = sign_in(role="finance")

    first = client.get("/finance/gifts/?first=&last=")
    assert "Page 1 of 2" in first.content.decode()
    second = client.get(f"/finance/gifts/?{first.context['query']}&page=2")

    assert len(second.context["rows"]) == 1


def test_an_empty_database_says_what_to_do(client: Client, db: None) -> None:
    sign_in_staff(client, make_staff(role="finance"))

    assert "setup_newspaper" in client.get("/finance/gifts/").content.decode()


def test_the_screen_asks_as_few_questions_for_many_gifts_as_for_one(
    campaign: Campaign,
    sign_in: Callable[..., Client],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = sign_in(role="finance")
    for _ in range(40):
        a_gift(campaign, is_booked=False)

    with django_assert_max_num_queries(27):
        client.get(PAGE)


def test_pages_cut_the_newest_rows_of_every_kind_from_one_order(campaign: Campaign) -> None:
    for _ in range(4):
        a_refund(a_gift(campaign, 2500), 500)
    table = TABLES["gift_register"]
    screen = table.screen
    assert screen is not None
    rows = screen({"entity": "courier"})

    pages = [rows[start : start + 3] for start in range(0, len(rows), 3)]

    assert len(rows) == 8
    assert [row for page in pages for row in page] == rows[0:8]
    assert {row[0] for row in rows[0:8]} == {"gift", "refund"}
    assert sorted(map(repr, rows[0:8])) == sorted(map(repr, table.rows({"entity": "courier"})))
    assert [row[1] for row in rows[0:8]] == sorted((row[1] for row in rows[0:8]), reverse=True)
    assert rows[5] == rows[0:8][5]

"""Failed payments: what became of each, and how many were recovered in time, worked out by hand."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from payments.finance.failures import FailureSelection, failed_payments
from payments.finance.links import report_address
from payments.finance.measures.recovery import recoveries
from payments.finance.tables.declines import DECLINES
from payments.finance.tables.failed_payments import FAILED_PAYMENTS
from payments.models import Campaign, Payment
from tests.factories import PaymentFactory
from tests.payments.admin_pages import as_role
from tests.payments.failures_book import failure_lines, write_failures

EVERYTHING = {"entity": "courier"}
ALL = FailureSelection("courier")


@pytest.fixture
def book(campaign: Campaign) -> Campaign:
    write_failures(campaign)
    return campaign


def test_what_became_of_each_is_as_worked_out_by_hand(book: Campaign) -> None:
    told = [
        (
            each.failure.amount,
            each.attempt_count,
            each.failure.outcome.value,
            each.failure.recovered_by.value if each.failure.recovered_by else "-",
            "-" if each.failure.days is None else str(each.failure.days),
        )
        for each in failed_payments(ALL)
    ]

    assert told == [
        (int(line["amount"]), int(line["tries"]), line["outcome"], line["by"], line["days"])
        for line in failure_lines()
    ]


def test_a_debit_that_settled_and_was_taken_back_is_lost(book: Campaign) -> None:
    payment = Payment.objects.get(amount=1000)
    payment.returned_at, payment.lost_amount = payment.succeeded_at, payment.amount
    payment.save()

    [failure] = [each.failure for each in failed_payments(ALL) if each.failure.amount == 1000]
    assert (failure.outcome, failure.recovered_by, failure.days) == ("lost", None, None)


def test_recovery_counts_what_is_old_enough_to_tell(book: Campaign) -> None:
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)

    told = [
        (each.currency, each.days, each.recovered_count, each.failed_count, each.recovered)
        for each in recoveries([each.failure for each in failed_payments(ALL)], now)
    ]

    # The pounds' six old ones are £54.00; the one of 25 November is five days old and in none.
    assert told == [
        ("GBP", 7, 2, 6, 1500),
        ("GBP", 14, 3, 6, 3500),
        ("GBP", 28, 4, 6, 4400),
        ("USD", 7, 0, 1, 0),
        ("USD", 14, 0, 1, 0),
        ("USD", 28, 0, 1, 0),
    ]
    first = recoveries([each.failure for each in failed_payments(ALL)], now)[0]
    assert (first.share, first.share_of_amount) == (Fraction(1, 3), Fraction(1500, 5400))


def test_what_failed_is_what_was_recovered_is_tried_or_lost(book: Campaign) -> None:
    sums = FAILED_PAYMENTS.figures(EVERYTHING).sums

    assert sums["failed_minor"] == {"GBP": 6900, "USD": 1200}
    assert sums["recovered_minor"] == {"GBP": 4400, "USD": 0}
    assert sums["still_tried_minor"] == {"GBP": 1500, "USD": 0}
    assert sums["lost_minor"] == {"GBP": 1000, "USD": 1200}


def test_declines_are_summed_by_code_as_worked_out_by_hand(book: Campaign) -> None:
    # £10, £5, £9, £3 and £15 for want of money; £20 and £7 with a card that had expired; the bank said nothing of $12.
    assert [
        (row[0], row[1], row[2], row[4], row[5], row[7], row[8])
        for row in DECLINES.rows(EVERYTHING)
    ] == [
        ("expired_card", "GBP", 2, 2700, 1, 2000, Decimal("0.5")),
        ("insufficient_funds", "GBP", 5, 4200, 3, 2400, Decimal("0.6")),
        ("not_given", "USD", 1, 1200, 0, 0, Decimal(0)),
    ]


def test_each_decline_leads_to_its_payments_and_all_add_up_to_the_rows(book: Campaign) -> None:
    columns = {column.name: column for column in DECLINES.columns}
    link = columns["decline_code"].link
    assert link is not None
    for values in DECLINES.rows(EVERYTHING):
        row = dict(zip(columns, values, strict=True))
        filters = dict(parse_qsl(urlsplit(link(row, EVERYTHING)).query))
        behind = FAILED_PAYMENTS.figures(filters)
        assert behind.row_count == row["failed_count"]
        for name in ("failed_minor", "recovered_minor"):
            assert behind.sums[name] == {row["currency"]: row[name]}

    whole, parts = FAILED_PAYMENTS.figures(EVERYTHING), DECLINES.figures(EVERYTHING)
    assert sum(row[2] for row in DECLINES.rows(EVERYTHING)) == whole.row_count  # type: ignore[misc]
    for name in ("failed_minor", "recovered_minor"):
        assert parts.sums[name] == whole.sums[name]


def test_a_decline_code_that_is_none_is_refused_with_a_sentence(
    book: Campaign, client: Client
) -> None:
    address = report_address("failed_payments", {**EVERYTHING, "decline": "Do not!"})
    page = as_role(client, "finance").get(address)
    assert page.status_code == 400
    assert "small letters, digits and underscores" in page.content.decode()


@pytest.mark.parametrize(
    ("narrowed", "amounts"),
    [
        ({"first": "2026-11-01"}, [1500]),
        ({"last": "2026-10-02"}, [1000, 2000]),
        ({"currency": "USD"}, [1200]),
        ({"outcome": "open"}, [1500]),
        ({"decline": "expired_card"}, [2000, 700]),
        ({"decline": "not_given"}, [1200]),
    ],
)
def test_filters_narrow_by_the_day_of_the_first_failure(
    book: Campaign, narrowed: dict[str, str], amounts: list[int]
) -> None:
    selection = FailureSelection.from_filters({**EVERYTHING, **narrowed})

    assert [each.failure.amount for each in failed_payments(selection)] == amounts


def test_a_first_payment_that_is_refused_is_no_collection(campaign: Campaign) -> None:
    at = datetime(2026, 10, 1, tzinfo=UTC)
    PaymentFactory.create(donation__campaign=campaign, first_failed_at=at, failed_at=at)

    assert list(failed_payments(ALL)) == []


def test_the_page_tells_the_recovery_with_few_statements(
    book: Campaign, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in = as_role(client, "finance")
    with django_assert_max_num_queries(24):
        page = signed_in.get(report_address("failed_payments", EVERYTHING))

    words = page.content.decode()
    assert "Recovered in time" in words
    assert "A new payment method" in words
    assert "expired_card, GBP" in words
    assert "Not given, USD" in words

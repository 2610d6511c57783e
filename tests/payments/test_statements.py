"""A yearly statement lists what a tax year brought, what went back taken off, and is corrected by versions."""

import uuid
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from payments.models import LegalEntity, Payment, Refund, RefundStatus, Statement
from payments.receipts.queries import stored_pdf
from payments.receipts.statements import (
    forget_statements,
    issue_statements,
    render_due_statements,
)
from payments.receipts.tax_years import tax_year_of
from payments.receipts.year_end import issue_for_ended_years
from tests.factories import (
    CheckoutFactory,
    CustomerFactory,
    DonationFactory,
    LegalEntityFactory,
    PaymentFactory,
)

pytestmark = pytest.mark.django_db

PARTY = uuid.UUID("00000000-0000-4000-8000-00000000000a")
LATER = datetime(2028, 6, 1, tzinfo=UTC)


def give(at: datetime, amount: int = 1000, currency: str = "GBP") -> Payment:
    customer = CustomerFactory.create(party=PARTY, currency=currency, name="Ada Reader")
    checkout = CheckoutFactory.create(customer=customer, name="Ada Reader")
    donation = DonationFactory.create(
        customer=customer, checkout=checkout, amount=amount, currency=currency
    )
    return PaymentFactory.create(donation=donation, succeeded_at=at, created_at=at)


def return_some(payment: Payment, amount: int) -> Refund:
    return Refund.objects.create(
        payment=payment,
        stripe_id=f"re_{payment.pk}_{amount}",
        status=RefundStatus.SUCCEEDED,
        amount=amount,
        created_at=(payment.succeeded_at or payment.created_at) + timedelta(days=400),
    )


def text_of(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def totals(statement: Statement) -> dict[str, int]:
    return {each["currency"]: each["minor"] for each in statement.content["totals"]}


@pytest.mark.parametrize(
    ("country", "zone", "instant", "name"),
    [
        ("GB", "Europe/London", datetime(2027, 4, 5, 22, 59, tzinfo=UTC), "2026/27"),
        ("GB", "Europe/London", datetime(2027, 4, 5, 23, 1, tzinfo=UTC), "2027/28"),
        ("US", "America/New_York", datetime(2027, 1, 1, 4, 30, tzinfo=UTC), "2026"),
        ("US", "America/New_York", datetime(2027, 1, 1, 5, 30, tzinfo=UTC), "2027"),
        ("DE", "Europe/Berlin", datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "2027"),
    ],
)
def test_a_gift_late_on_the_last_day_belongs_to_the_day_of_the_newspaper(
    country: str, zone: str, instant: datetime, name: str
) -> None:
    entity = LegalEntityFactory.create(slug=f"of-{country}", country=country, time_zone=zone)
    assert tax_year_of(entity, instant).name == name


def test_each_tax_year_has_a_statement_with_lines_and_totals_per_currency() -> None:
    give(datetime(2026, 4, 5, 12, tzinfo=UTC), 100)
    give(datetime(2026, 4, 6, 12, tzinfo=UTC), 200)
    give(datetime(2026, 9, 1, 12, tzinfo=UTC), 300)
    give(datetime(2026, 10, 1, 12, tzinfo=UTC), 500, "USD")
    first, second = issue_statements(PARTY, now=LATER)
    assert (first.tax_year, totals(first)) == (2025, {"GBP": 100})
    assert (second.tax_year, totals(second)) == (2026, {"GBP": 500, "USD": 500})
    assert [line["iso"] for line in second.content["lines"]] == [
        "2026-04-06",
        "2026-09-01",
        "2026-10-01",
    ]


def test_a_year_that_still_runs_has_none_yet() -> None:
    give(datetime(2026, 9, 1, tzinfo=UTC))
    assert issue_statements(PARTY, now=datetime(2027, 4, 5, 12, tzinfo=UTC)) == []
    assert len(issue_statements(PARTY, now=datetime(2027, 4, 6, 12, tzinfo=UTC))) == 1


def test_what_went_back_later_makes_the_next_version() -> None:
    payment = give(datetime(2026, 9, 1, 12, tzinfo=UTC))
    [first] = issue_statements(PARTY, now=LATER)
    assert issue_statements(PARTY, now=LATER) == []
    return_some(payment, 400)
    [second] = issue_statements(PARTY, now=LATER)
    first.refresh_from_db()
    assert (first.version, totals(first)) == (1, {"GBP": 1000})
    assert (second.version, totals(second)) == (2, {"GBP": 600})
    assert [line["minor"] for line in second.content["lines"]] == [1000, -400]


@pytest.mark.documents
def test_the_document_is_drawn_once_and_stays_as_it_is() -> None:
    give(datetime(2026, 9, 1, 12, tzinfo=UTC))
    [statement] = issue_statements(PARTY, now=LATER)
    assert (render_due_statements(), render_due_statements()) == (1, 0)
    statement.refresh_from_db()
    text = text_of(stored_pdf(statement))
    for words in ("Statement for 2026/27", "Ada Reader", "1 September 2026", "£10.00"):
        assert words in text
    LegalEntity.objects.update(legal_name="Another Limited")
    assert "Another Limited" not in text_of(stored_pdf(statement))


def test_other_peoples_gifts_are_not_on_it() -> None:
    payment = give(datetime(2026, 9, 1, 12, tzinfo=UTC))
    payment.donation.customer.party = uuid.uuid4()
    payment.donation.customer.save()
    assert issue_statements(PARTY, now=LATER) == []


def test_a_person_who_goes_takes_their_statements_along() -> None:
    give(datetime(2026, 9, 1, 12, tzinfo=UTC))
    issue_statements(PARTY, now=LATER)
    render_due_statements()
    forget_statements(PARTY)
    assert not Statement.objects.exists()


def test_everyone_who_gave_in_the_ended_year_gets_one_without_asking() -> None:
    give(datetime(2026, 9, 1, 12, tzinfo=UTC))
    after = datetime(2027, 4, 7, tzinfo=UTC)
    assert issue_for_ended_years(now=after - timedelta(days=3)) == 0
    assert (issue_for_ended_years(now=after), issue_for_ended_years(now=after)) == (1, 0)
    assert Statement.objects.get().tax_year == 2026


def test_a_year_long_over_is_not_looked_at_again() -> None:
    give(datetime(2026, 9, 1, 12, tzinfo=UTC))
    assert issue_for_ended_years(now=datetime(2027, 9, 1, tzinfo=UTC)) == 0

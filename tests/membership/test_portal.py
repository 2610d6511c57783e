"""My support: the supporter's own gifts and receipts, and nobody else's."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from membership.models import Supporter
from membership.supporters.attaching import attach_payment
from membership.supporters.status_token import twin_cookie
from payments.models import (
    Frequency,
    Payment,
    PaymentStatus,
    PlanStatus,
    Receipt,
    RecurringPlan,
    Refund,
    RefundStatus,
)
from payments.receipts.actions import issue_credit_note, issue_receipt, render_receipt
from tests.factories import (
    NOON,
    CustomerFactory,
    DonationFactory,
    LegalEntityFactory,
    PaymentFactory,
    SupporterFactory,
    UserFactory,
)
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db

EMAIL = "reader@example.org"
MINE = reverse("membership:my_support")


def give(email: str = EMAIL, *, is_attached: bool = True, **fields: object) -> Payment:
    donation = DonationFactory.create(
        customer=CustomerFactory.create(email=email), amount=fields.pop("amount", 1000)
    )
    payment = PaymentFactory.create(donation=donation, **fields)
    if is_attached and payment.succeeded_at is not None:
        attach_payment(payment.pk, now=NOON)
    return payment


def draw(payment: Payment) -> Receipt:
    receipt = issue_receipt(payment.pk, now=NOON)
    render_receipt(receipt.pk, now=NOON)
    return receipt


def make_plan(supporter: Supporter, **fields: object) -> RecurringPlan:
    gift = DonationFactory.create(
        customer=CustomerFactory.create(email=EMAIL, party=supporter.reference)
    )
    values: dict[str, object] = {
        "entity": gift.entity,
        "campaign": gift.campaign,
        "customer": gift.customer,
        "stripe_id": f"sub_{gift.pk}",
        "status": PlanStatus.ACTIVE,
        "frequency": Frequency.MONTHLY,
        "currency": "GBP",
        "amount": 700,
        "fee_cover": 31,
        "started_at": NOON,
        "current_period_end_at": NOON + timedelta(days=30),
    }
    return RecurringPlan.objects.create(**(values | fields))


def page_of(client: Client, **query: str) -> str:
    response = client.get(MINE, query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_guests_gift_appears_once_the_email_is_proven(client: Client) -> None:
    receipt = draw(give())
    assert client.get(MINE).status_code == 302
    sign_in(client, EMAIL)
    page = page_of(client)
    assert "20 November 2026" in page
    assert "£10" in page
    assert reverse("membership:receipt_download", args=[receipt.reference]) in page
    assert receipt.number in page


def test_other_peoples_gifts_do_not_appear(client: Client) -> None:
    theirs = draw(give("other@example.org", amount=98_765))
    sign_in(client, EMAIL)
    page = page_of(client)
    assert "We know of no gift" in page
    assert "987" not in page
    assert theirs.number not in page


def test_the_receipt_is_sent_as_it_was_issued(client: Client) -> None:
    receipt = draw(give())
    sign_in(client, EMAIL)
    response = client.get(reverse("membership:receipt_download", args=[receipt.reference]))
    with default_storage.open(receipt.document.file.name) as stored:
        assert response.content == stored.read()
    assert response.content.startswith(b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{receipt.number}.pdf"'
    assert "no-store" in response["Cache-Control"]


def test_someone_elses_receipt_does_not_exist(client: Client) -> None:
    theirs = draw(give("other@example.org"))
    sign_in(client, EMAIL)
    assert client.get(_download(theirs)).status_code == 404
    assert client.get(_download(None)).status_code == 404


def test_a_typed_email_opens_nothing(client: Client) -> None:
    """A supporter whose email nobody proved is no proof, even for a user who is signed in."""
    receipt = draw(give())
    user = UserFactory.create(email="somebody@example.org")
    client.force_login(user)
    Supporter.objects.filter(user=user).update(email_verified_at=None)
    assert client.get(MINE).status_code == 403
    assert client.get(_download(receipt)).status_code == 403


def test_a_receipt_that_is_not_drawn_yet_is_said_to_follow(client: Client) -> None:
    waiting = give()
    numbered = issue_receipt(give().pk, now=NOON)
    sign_in(client, EMAIL)
    page = page_of(client)
    assert "The receipt follows soon" in page
    assert f"{numbered.number} is being drawn up" in page
    assert client.get(_download(numbered)).status_code == 404
    assert not Receipt.objects.filter(payment=waiting).exists()


def test_a_refund_shows_with_its_credit_note(client: Client) -> None:
    payment = give(status=PaymentStatus.PARTIALLY_REFUNDED, refunded_amount=400)
    draw(payment)
    refund = Refund.objects.create(
        payment=payment,
        stripe_id="re_1",
        status=RefundStatus.SUCCEEDED,
        amount=400,
        created_at=NOON,
    )
    note = issue_credit_note(refund.pk, now=NOON)
    assert note is not None
    render_receipt(note.pk, now=NOON)
    sign_in(client, EMAIL)
    page = page_of(client)
    assert "£4 refunded" in page
    assert note.number in page
    assert client.get(_download(note)).status_code == 200


@pytest.mark.parametrize("status", [PaymentStatus.FAILED, PaymentStatus.PROCESSING])
def test_money_that_did_not_arrive_is_no_gift(client: Client, status: PaymentStatus) -> None:
    give()
    other = give(amount=4321, status=status, succeeded_at=None, is_attached=False)
    other.donation.customer.party = Supporter.objects.get().reference
    other.donation.customer.save()
    sign_in(client, EMAIL)
    assert "43.21" not in page_of(client)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "The next payment is collected on 20 December 2026."),
        ({"current_period_end_at": None}, "The next payment is collected soon."),
        (
            {"status": PlanStatus.PAST_DUE},
            "The latest payment did not go through. We will try again; your bank can tell you why.",
        ),
        (
            {"status": PlanStatus.PAUSED, "resumes_at": NOON + timedelta(days=90)},
            "Paused until 18 February 2027.",
        ),
        ({"status": PlanStatus.PAUSED}, "Paused for the time being."),
        (
            {"status": PlanStatus.ENDING},
            "Stopped: nothing more is collected, and it ends on 20 December 2026.",
        ),
    ],
)
def test_a_standing_gift_says_what_comes_next(
    client: Client, fields: dict[str, object], sentence: str
) -> None:
    sign_in(client, EMAIL)
    make_plan(Supporter.objects.get(), **fields)
    page = page_of(client)
    assert sentence in page
    assert "£7.31</span> a month" in page
    assert "since 20 November 2026" in page


def test_a_standing_gift_that_ended_is_only_offered_to_be_begun_again(client: Client) -> None:
    sign_in(client, EMAIL)
    make_plan(Supporter.objects.get(), status=PlanStatus.ENDED, ended_at=NOON)
    page = page_of(client)
    assert "Your standing gift" not in page
    assert "Begin it again" in page


def test_days_are_those_of_the_newspaper(client: Client) -> None:
    entity = LegalEntityFactory.create(slug="pacific", time_zone="Pacific/Auckland")
    late = datetime(2026, 12, 31, 12, 30, tzinfo=UTC)
    payment = give(succeeded_at=late)
    payment.donation.entity = entity
    payment.donation.save()
    sign_in(client, EMAIL)
    assert "1 January 2027" in page_of(client)


def test_many_gifts_are_paged_newest_first(client: Client) -> None:
    for day in range(30):
        give(amount=100_00 + day, succeeded_at=NOON - timedelta(days=day))
    sign_in(client, EMAIL)
    first, second = page_of(client), page_of(client, page="2")
    assert ("£100" in first, "£100.24" in first, "£100.25" in first) == (True, True, False)
    assert ("£100.25" in second, "£100.29" in second) == (True, True)
    assert page_of(client, page="nonsense") == first
    assert page_of(client, page="99") == second


@pytest.mark.parametrize("gifts", [1, 12])
def test_the_page_costs_eight_queries_however_much_was_given(client: Client, gifts: int) -> None:
    for _ in range(gifts):
        issue_receipt(give().pk, now=NOON)
    sign_in(client, EMAIL)
    make_plan(Supporter.objects.get())
    # While a status is due the page derives it, in two queries more.
    Supporter.objects.update(status_due_at=None)
    page_of(client)
    with CaptureQueriesContext(connection) as queries:
        page_of(client)
    assert len(queries) == 8, [query["sql"] for query in queries]


def test_names_are_shown_as_text(client: Client) -> None:
    SupporterFactory.create(email=EMAIL, name="<script>alert(1)</script>")
    sign_in(client, EMAIL)
    page = page_of(client)
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def _download(receipt: Receipt | None) -> str:
    reference = receipt.reference if receipt else "00000000-0000-4000-8000-000000000000"
    return reverse("membership:receipt_download", args=[reference])


def test_my_support_tells_the_browser_what_is_true_now(client: Client) -> None:
    SupporterFactory.create(email=EMAIL)
    sign_in(client, EMAIL)
    Supporter.objects.update(state="payment_failing")

    client.get(MINE)

    assert client.cookies[twin_cookie()].value.startswith("payment_failing.")

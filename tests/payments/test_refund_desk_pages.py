"""The pages of the refund desk, by role: find, ask, approve, and say plainly what cannot be done."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from membership.models import User
from payments.models import Campaign, Payment, Refund, RefundRequest
from payments.webhooks.tasks import drain_webhook_events
from tests.payments.gifts import a_gift
from tests.payments.stories import give, store
from tests.sandbox.client import SandboxAccount
from tests.staff import make_staff, sign_in_staff

pytestmark = pytest.mark.django_db

WISH = {"number": "1", "amount": "4.00", "reason": "duplicate", "comment": "Given twice."}


@pytest.fixture
def payment(campaign: Campaign) -> Payment:
    """A gift of £10.00 that Stripe knows nothing of."""
    return a_gift(campaign, 1000, is_booked=False)


def browser(role: str) -> tuple[Client, User]:
    client, user = Client(), make_staff(role=role)
    sign_in_staff(client, user)
    return client, user


def ask(client: Client, payment: Payment, **fields: str) -> tuple[int, str]:
    address = f"/finance/payments/{payment.reference}/refund/"
    response = client.post(address, {**WISH, **fields}, follow=True)
    return response.status_code, response.content.decode()


def lower_the_limit(payment: Payment, limit: int) -> None:
    payment.donation.entity.refund_approval_limit = limit
    payment.donation.entity.save()


def test_support_finds_a_payment_and_gives_a_part_back(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:

    give(campaign, sandbox)
    store(sandbox, timezone.now())
    drain_webhook_events()
    payment = Payment.objects.get()
    client, _ = browser("support")
    page = client.get("/finance/refunds/", {"q": "reader@example.org"}).content.decode()
    assert f"/finance/payments/{payment.reference}/" in page
    status, page = ask(client, payment)
    assert (status, Refund.objects.get().amount) == (200, 400)
    assert "Given to Stripe." in page
    page = client.get(f"/finance/payments/{payment.reference}/").content.decode()
    assert "£6.35 can still be given back." in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": "10.01"}, "At most £10 of this payment can still be given back."),
        ({"amount": "0"}, "Enter an amount above zero."),
        ({"amount": "4.001"}, "This amount has more decimals than the currency."),
        ({"amount": "€4"}, "Enter the amount in the payment’s own currency, GBP."),
        ({"amount": "much"}, "Enter an amount, for instance £10."),
        ({"comment": " "}, "Say why the money goes back."),
        ({"number": "2"}, "Open the payment again"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_typed_is_lost(
    payment: Payment, fields: dict[str, str], sentence: str
) -> None:
    client, _ = browser("finance")
    status, page = ask(client, payment, **fields)
    assert (status, RefundRequest.objects.count()) == (422, 0)
    assert sentence in page
    typed = {**WISH, **fields}
    assert all(typed[name] in page for name in ("amount", "comment"))


def test_support_is_told_to_ask_finance_above_the_limit(payment: Payment) -> None:
    lower_the_limit(payment, 300)
    status, page = ask(browser("support")[0], payment)
    assert (status, RefundRequest.objects.count()) == (422, 0)
    assert "One person may give back up to £3 of a payment. Ask finance" in page


def test_finance_asks_and_only_somebody_else_of_finance_decides(payment: Payment) -> None:
    lower_the_limit(payment, 300)
    client, _ = browser("finance")
    assert "Waits for a second person." in ask(client, payment)[1]
    request = RefundRequest.objects.get()
    address = f"/finance/refunds/{request.reference}/"
    yes = {"decision": "approve", "note": "Seen the letter."}
    assert "Approve and refund" not in client.get(address).content.decode()
    refused = client.post(f"{address}decide/", yes)
    assert (refused.status_code, "somebody else" in refused.content.decode()) == (422, True)
    assert browser("support")[0].post(f"{address}decide/", yes).status_code == 403
    lead, person = browser("finance lead")
    assert "Approve and refund" in lead.get(address).content.decode()
    no = {"decision": "decline", "note": "Given on purpose."}
    assert lead.post(f"{address}decide/", no, follow=True).status_code == 200
    request.refresh_from_db()
    assert (request.state, request.decided_by) == ("declined", person)
    page = client.get(address).content.decode()
    assert "Given on purpose." in page
    assert person.email in page


def test_an_auditor_reads_all_and_changes_nothing(payment: Payment) -> None:
    client, _ = browser("auditor")
    page = client.get(f"/finance/payments/{payment.reference}/").content.decode()
    assert payment.stripe_id in page
    assert "Give money back" not in page
    assert payment.donation.customer.email not in page
    assert client.get("/finance/refunds/", {"q": payment.stripe_id}).status_code == 200
    page = client.get("/finance/refunds/", {"q": payment.donation.customer.email}).content.decode()
    assert "needs the permission to see who supporters are" in page


def test_the_desk_asks_few_questions_however_many_rows_it_shows(
    payment: Payment, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lower_the_limit(payment, 0)
    client, _ = browser("finance")
    for number in range(1, 6):
        ask(client, payment, amount="1.00", number=str(number))
    assert RefundRequest.objects.count() == 5
    with django_assert_max_num_queries(12):
        client.get("/finance/refunds/", {"q": payment.stripe_id})
    with django_assert_max_num_queries(18):
        client.get(f"/finance/payments/{payment.reference}/")

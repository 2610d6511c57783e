"""Staff read amounts as readers do: in major units with their currency, on every page."""

import pytest
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from payments.models import (
    BalanceTransaction,
    Campaign,
    Checkout,
    Donation,
    Payment,
    PlanChange,
    RecurringPlan,
    Refund,
)
from tests.factories import CheckoutFactory, CustomerFactory
from tests.payments.admin_pages import page_of
from tests.payments.gifts import a_gift, a_refund
from tests.staff import make_staff, sign_in_staff


@pytest.fixture
def chief(client: Client, db: None) -> Client:
    sign_in_staff(client, make_staff(is_superuser=True))
    return client


def _text(client: Client, row: Model) -> str:
    response = client.get(page_of(type(row), "change", row.pk))
    assert response.status_code == 200
    return " ".join(strip_tags(response.content.decode()).split())


def test_money_that_was_given_is_printed_in_major_units(chief: Client, campaign: Campaign) -> None:
    payment = a_gift(campaign, 2519, fee_cover=58)
    refund = a_refund(payment, 1017)
    line = BalanceTransaction.objects.get(payment=payment, refund=None)

    donation_page = _text(chief, Donation.objects.get())
    payment_page = _text(chief, Payment.objects.get())

    assert "Gift: £25.19" in donation_page
    assert "Fee cover: £0.58" in donation_page
    assert "Charged: £25.77" in payment_page
    assert "£10.17" in payment_page
    assert "Refunded: £10.17" in _text(chief, refund)
    line_page = _text(chief, line)
    for heading, minor in (("Gross", line.amount), ("Fee", line.fee), ("Net", line.net)):
        assert f"{heading}: £{minor / 100:.2f}" in line_page
    for page in (donation_page, payment_page, line_page):
        for minor in ("2519", "2577", "1017", str(line.net)):
            assert f" {minor} " not in page


@pytest.mark.parametrize(
    ("currency", "gift", "cover"), [("GBP", "£5.05", "£0.28"), ("JPY", "JP¥505", "JP¥28")]
)
def test_a_checkout_is_printed_in_its_currency(
    currency: str, gift: str, cover: str, chief: Client, campaign: Campaign
) -> None:
    checkout: Checkout = CheckoutFactory.create(
        campaign=campaign, currency=currency, amount=505, fee_cover=28
    )

    page = _text(chief, checkout)

    assert (f"Gift: {gift}" in page, f"Fee cover: {cover}" in page) == (True, True)


def test_a_plans_changes_are_printed_in_its_currency(chief: Client, campaign: Campaign) -> None:
    now = timezone.now()
    plan = RecurringPlan.objects.create(
        entity=campaign.entity,
        campaign=campaign,
        customer=CustomerFactory.create(currency="GBP"),
        stripe_id="sub_1",
        status="active",
        frequency="monthly",
        currency="GBP",
        amount=705,
        started_at=now,
    )
    PlanChange.objects.create(
        plan=plan,
        kind="updated",
        cause="evt_1",
        before={"amount": 505, "status": "past_due"},
        after={"amount": 705, "status": "active"},
        made_at=now,
    )

    page = _text(chief, plan)

    assert "Amount: £7.05" in page
    assert "amount: £5.05, status: past_due" in page
    assert "amount: £7.05, status: active" in page


def test_the_rows_of_a_campaign_are_named_by_their_printed_amounts(campaign: Campaign) -> None:
    names = [str(suggested) for suggested in campaign.suggested_amounts.filter(currency="EUR")]

    assert "€4 monthly" in names


def test_a_list_prints_refunds_as_well(chief: Client, campaign: Campaign) -> None:
    a_refund(a_gift(campaign, 2519), 1017)

    assert "£10.17" in chief.get(page_of(Refund, "changelist")).content.decode()

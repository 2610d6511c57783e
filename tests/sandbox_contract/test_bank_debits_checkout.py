"""Bank debits and wallets on the hosted page: the money of a debit comes, or does not, days later."""

import httpx
import pytest

from tests.sandbox.client import Declined
from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.stories import Story

FAILING_IBAN, FAILING_ACCOUNT = "DE62370400440532013001", "22222227"


def test_a_sepa_gift_is_unpaid_at_first_and_paid_days_later(story: Story) -> None:
    session = story.gift(2000, "eur")
    assert session.payment_method_types == ["card", "sepa_debit"]
    landed = story.account.pay(session.id, method="sepa_debit")
    assert landed.startswith("https://paper.test/thanks/")
    expand = ["payment_intent.payment_method"]
    waiting = checked(story.client.v1.checkout.sessions.retrieve(session.id, {"expand": expand}))
    intent = waiting["payment_intent"]
    assert (waiting["status"], waiting["payment_status"]) == ("complete", "unpaid")
    assert (intent["status"], intent["payment_method"]["type"]) == ("processing", "sepa_debit")

    story.account.advance(days=15)

    paid = checked(story.client.v1.checkout.sessions.retrieve(session.id))
    assert paid["payment_status"] == "paid"
    told = story.account.events("checkout.session.async_payment_succeeded")
    assert [event["data"]["object"]["id"] for event in told] == [session.id]
    charge = checked(story.client.v1.charges.list())["data"][0]
    assert (charge["status"], charge["paid"]) == ("succeeded", True)
    assert charge["balance_transaction"]


def test_a_sepa_gift_that_comes_back_fails_days_later(story: Story) -> None:
    session = story.gift(2000, "eur")
    story.account.pay(session.id, method="sepa_debit", iban=FAILING_IBAN)
    story.account.advance(days=15)
    failed = checked(story.client.v1.checkout.sessions.retrieve(session.id))
    assert (failed["status"], failed["payment_status"]) == ("complete", "unpaid")
    assert len(story.account.events("checkout.session.async_payment_failed")) == 1
    assert story.account.events("checkout.session.async_payment_succeeded") == []
    assert story.client.v1.charges.list().data[0].status == "failed"


def test_a_bacs_standing_gift_is_active_while_its_first_payment_is_on_the_way(story: Story) -> None:
    session = story.standing_gift()
    story.account.pay(session.id, method="bacs_debit")
    waiting = story.client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["subscription.latest_invoice"]}
    )
    subscription = checked(waiting)["subscription"]
    assert (waiting.payment_status, subscription["status"]) == ("unpaid", "active")
    assert subscription["latest_invoice"]["status"] == "open"
    page = subscription["latest_invoice"]["hosted_invoice_url"]
    assert "A payment is on its way" in httpx.get(page, trust_env=False).text
    assert story.account.pay_invoice(page) == page
    assert len(story.client.v1.charges.list().data) == 1

    story.account.advance(days=8)

    invoice = story.client.v1.invoices.retrieve(subscription["latest_invoice"]["id"])
    assert invoice.status == "paid"
    assert story.client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    mandates = story.account.events("mandate.updated")
    assert mandates[0]["data"]["object"]["type"] == "multi_use"


def test_a_bacs_standing_gift_that_comes_back_is_late(story: Story) -> None:
    session = story.standing_gift()
    story.account.pay(session.id, method="bacs_debit", account_number=FAILING_ACCOUNT)
    story.account.advance(days=6)
    subscription = story.client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["subscription.latest_invoice"]}
    )
    seen = checked(subscription)["subscription"]
    assert (seen["status"], seen["latest_invoice"]["status"]) == ("past_due", "open")
    assert "invoice.payment_failed" in story.types()
    assert "checkout.session.async_payment_failed" in story.types()


@pytest.mark.parametrize("wallet", ["apple_pay", "google_pay"])
def test_a_wallet_pays_with_the_card_in_it(story: Story, wallet: str) -> None:
    paid = story.paid(story.gift(), method="wallet", wallet=wallet)
    charge = checked(story.client.v1.charges.list({"payment_intent": str(paid.payment_intent)}))
    card = charge["data"][0]["payment_method_details"]["card"]
    assert (card["wallet"]["type"], card["last4"]) == (wallet, "4242")


@pytest.mark.parametrize(
    ("currency", "types"),
    [
        ("gbp", ["card", "bacs_debit"]),
        ("eur", ["card", "sepa_debit"]),
        ("usd", ["card"]),
    ],
)
def test_the_currency_decides_which_debits_are_offered(
    story: Story, currency: str, types: list[str]
) -> None:
    session = story.gift(1500, currency)
    assert session.payment_method_types == types
    page = httpx.get(session.url or "", trust_env=False).text
    for word, type_ in (("SEPA Direct Debit", "sepa_debit"), ("Bacs Direct Debit", "bacs_debit")):
        assert (word in page) == (type_ in types)
    assert "Apple Pay" in page


def test_a_session_can_leave_cards_out_or_debits(story: Story) -> None:
    only_debit = story.gift(1500, "eur", excluded_payment_method_types=["card"])
    assert only_debit.payment_method_types == ["sepa_debit"]
    assert "Apple Pay" not in httpx.get(only_debit.url or "", trust_env=False).text
    with pytest.raises(Declined, match="does not take cards"):
        story.account.pay(only_debit.id)
    only_card = story.gift(1500, "eur", allowed_payment_method_types=["card"])
    with pytest.raises(Declined, match="does not take this account"):
        story.account.pay(only_card.id, method="sepa_debit")


@pytest.mark.parametrize(
    ("currency", "typed"),
    [
        ("eur", {"method": "sepa_debit", "iban": "DE75512108001245126199"}),
        ("eur", {"method": "sepa_debit", "iban": ""}),
        ("gbp", {"method": "bacs_debit", "account_number": "31926819"}),
        ("gbp", {"method": "bacs_debit", "sort_code": "601613"}),
    ],
)
def test_only_published_accounts_are_taken(
    story: Story, currency: str, typed: dict[str, str]
) -> None:
    session = story.gift(1500, currency)
    with pytest.raises(Declined, match="only the test"):
        story.account.pay(session.id, **typed)  # type: ignore[arg-type]
    assert story.client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_a_bank_account_can_be_saved_in_setup_mode(story: Story) -> None:
    customer = story.client.v1.customers.create({"email": "ada@example.org"}).id
    session = story.client.v1.checkout.sessions.create(
        {
            "mode": "setup",
            "currency": "eur",
            "customer": customer,
            "success_url": "https://paper.test/",
        }
    )
    story.account.pay(session.id, method="sepa_debit")
    expand = ["setup_intent.payment_method", "setup_intent.mandate"]
    done = checked(story.client.v1.checkout.sessions.retrieve(session.id, {"expand": expand}))
    intent = done["setup_intent"]
    assert (intent["status"], intent["mandate"]["status"]) == ("succeeded", "active")
    assert intent["payment_method"]["customer"] == customer

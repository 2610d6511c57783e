"""A gift given once: the hosted page, its cards, and everything that comes of a payment."""

import httpx
import pytest
from stripe import StripeClient
from stripe.checkout import Session

from tests.sandbox.client import Declined, SandboxAccount
from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.stories import Story


def test_opening_a_checkout_makes_nothing_but_the_session(story: Story) -> None:
    session = story.gift()
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.payment_intent is None
    assert session.url == f"{story.account.api_base}/checkout/{session.id}"
    assert story.types() == ["product.created", "price.created"]


def test_paying_makes_intent_charge_customer_and_balance_transaction(story: Story) -> None:
    session = story.gift(
        metadata={"where": "session"},
        payment_intent_data={"metadata": {"where": "intent"}, "description": "A gift"},
    )
    landed = story.account.pay(session.url or "", email="ada@example.org", name="Ada Reader")
    assert landed == f"https://paper.test/thanks/?session={session.id}"

    expand = ["payment_intent.latest_charge.balance_transaction", "customer", "line_items"]
    paid = story.client.v1.checkout.sessions.retrieve(session.id, {"expand": expand})
    seen = checked(paid)
    intent, charge = seen["payment_intent"], seen["payment_intent"]["latest_charge"]
    assert (seen["status"], seen["payment_status"], seen["url"]) == ("complete", "paid", None)
    assert seen["customer"]["email"] == seen["customer_details"]["email"] == "ada@example.org"
    assert intent["status"] == charge["status"] == "succeeded"
    assert intent["metadata"] == charge["metadata"] == {"where": "intent"}
    assert seen["metadata"] == {"where": "session"}
    assert charge["balance_transaction"]["source"] == charge["id"]
    assert charge["balance_transaction"]["net"] == 1500 - charge["balance_transaction"]["fee"]
    assert charge["billing_details"]["address"]["postal_code"] == "N1 9GU"


def test_the_events_come_with_the_facts_in_stripes_own_order(story: Story) -> None:
    session = story.gift()
    before = len(story.types())
    story.account.pay(session.id)
    assert story.types()[before:] == [
        "payment_intent.created",
        "customer.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]
    updated = story.account.events("charge.updated")[0]["data"]
    assert updated["previous_attributes"] == {"balance_transaction": None}
    assert updated["object"]["balance_transaction"].startswith("txn_")


@pytest.mark.parametrize(
    ("number", "brand"),
    [
        ("4242424242424242", "visa"),
        ("5555555555554444", "mastercard"),
        ("378282246310005", "amex"),
        ("4242 4242 4242 4242", "visa"),
    ],
)
def test_good_cards_pay_and_show_their_brand(story: Story, number: str, brand: str) -> None:
    paid = story.paid(story.gift(), card=number)
    charge = story.client.v1.charges.list({"payment_intent": str(paid.payment_intent)}).data[0]
    assert charge.payment_method_details
    assert charge.payment_method_details.card
    assert charge.payment_method_details.card.brand == brand


@pytest.mark.parametrize(
    ("number", "code", "message"),
    [
        ("4000000000000002", "generic_decline", "Your card was declined."),
        ("4000000000009995", "insufficient_funds", "Your card has insufficient funds."),
    ],
)
def test_a_declined_card_leaves_the_page_open_and_another_card_pays_the_same_intent(
    story: Story, number: str, code: str, message: str
) -> None:
    session = story.gift()
    with pytest.raises(Declined) as declined:
        story.account.pay(session.id, card=number)
    assert (declined.value.code, declined.value.message) == (code, message)

    tried = story.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    failed = checked(tried)["payment_intent"]
    assert tried.status == "open"
    assert failed["status"] == "requires_payment_method"
    assert failed["last_payment_error"]["decline_code"] == code
    assert "payment_intent.payment_failed" in story.types()

    paid = story.paid(session)
    assert paid.payment_intent == failed["id"]
    intent = checked(story.client.v1.payment_intents.retrieve(failed["id"]))
    assert intent["status"] == "succeeded"
    assert intent["last_payment_error"] is None
    charges = story.client.v1.charges.list({"payment_intent": failed["id"]}).data
    assert [charge.status for charge in charges] == ["succeeded", "failed"]


@pytest.mark.parametrize("number", ["4000002500003155", "4000002760003184"])
def test_a_card_with_3d_secure_pays_once_authenticated(story: Story, number: str) -> None:
    session = story.gift()
    there = story.account.pay(session.id, card=number, authenticate=None)
    assert there.endswith(f"/checkout/{session.id}/authenticate")
    waiting = story.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert checked(waiting)["payment_intent"]["status"] == "requires_action"

    assert story.account.pay(session.id, card=number).startswith("https://paper.test/thanks/")
    charge = story.client.v1.charges.list().data[0]
    assert charge.payment_method_details
    assert charge.payment_method_details.card
    assert charge.payment_method_details.card.three_d_secure
    assert charge.payment_method_details.card.three_d_secure.result == "authenticated"


def test_failing_3d_secure_charges_nothing_and_leaves_the_page_open(story: Story) -> None:
    session = story.gift()
    with pytest.raises(Declined, match="unable to authenticate"):
        story.account.pay(session.id, card="4000002500003155", authenticate="fail")
    assert story.client.v1.charges.list().data == []
    assert story.types()[-1] == "payment_intent.payment_failed"
    assert story.paid(session).payment_status == "paid"


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"card": "4111111111111111"}, "only the test card numbers"),
        ({"card": ""}, "only the test card numbers"),
        ({"email": "nobody"}, "Your email is incomplete."),
    ],
)
def test_what_is_mistyped_is_refused_and_nothing_is_made(
    story: Story, typed: dict[str, str], complaint: str
) -> None:
    session = story.gift()
    before = story.types()
    with pytest.raises(Declined, match=complaint):
        story.account.pay(session.id, **typed)  # type: ignore[arg-type]
    assert story.types() == before


def test_submitting_a_paid_page_again_charges_nothing(story: Story) -> None:
    session = story.gift()
    first = story.account.pay(session.id)
    assert story.account.pay(session.id) == first
    assert len(story.client.v1.charges.list().data) == 1


def test_a_guest_stays_a_guest_unless_a_customer_is_asked_for(story: Story) -> None:
    paid = story.paid(story.gift(customer_creation="if_required"))
    assert paid.customer is None
    assert paid.customer_details
    assert paid.customer_details.email == "reader@example.org"


def test_an_email_given_by_us_cannot_be_changed_by_the_payer(story: Story) -> None:
    session = story.gift(customer_email="given@example.org")
    story.account.pay(session.id, email="typed@example.org")
    assert [c.email for c in story.client.v1.customers.list().data] == ["given@example.org"]


def test_a_session_expires_on_its_own_clock(story: Story) -> None:
    session = story.gift()
    story.account.advance(minutes=34)
    assert _status(story.client, session) == "open"
    story.account.advance(minutes=2)
    assert _status(story.client, session) == "expired"
    assert story.types()[-1] == "checkout.session.expired"
    expired = story.account.events("checkout.session.expired")[0]
    assert expired["created"] == session.expires_at
    with pytest.raises(Declined, match="expired"):
        story.account.pay(session.id)


def test_expiring_by_the_api_works_once_and_cancels_a_tried_intent(story: Story) -> None:
    session = story.gift()
    with pytest.raises(Declined):
        story.account.pay(session.id, card="4000000000000002")
    expired = story.client.v1.checkout.sessions.expire(session.id)
    assert checked(expired)["status"] == "expired"
    assert story.types()[-2:] == ["payment_intent.canceled", "checkout.session.expired"]
    with pytest.raises(RuntimeError, match="Only Checkout Sessions"):
        story.account.expire(session.id)


def test_the_bank_statement_line_is_the_accounts_or_its_prefix_with_a_suffix(story: Story) -> None:
    story.account.configure(
        statement_descriptor="MORNING LEDGER GIFT", statement_descriptor_prefix="LEDGER"
    )
    story.paid(story.gift())
    story.paid(story.gift(payment_intent_data={"statement_descriptor_suffix": "Reader gift"}))
    lines = [c.calculated_statement_descriptor for c in story.client.v1.charges.list().data]
    assert lines == ["LEDGER* READER GIFT", "MORNING LEDGER GIFT"]
    shown = story.client.v1.accounts.retrieve_current()
    assert checked(shown)["settings"]["payments"]["statement_descriptor"] == "MORNING LEDGER GIFT"


def test_the_pages_need_no_script_and_refuse_any(story: Story) -> None:
    session = story.gift(custom_text={"submit": {"message": "Not a <charitable> gift."}})
    answer = httpx.get(f"{session.url}?card=9995", trust_env=False)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "form-action 'self'" in policy
    assert "https://paper.test" in policy
    assert "<script" not in answer.text
    assert 'value="4000000000009995"' in answer.text
    assert "Donate £15.00" in answer.text
    assert "Not a &lt;charitable&gt; gift." in answer.text
    assert "https://paper.test/donate/" in answer.text


def test_an_unknown_page_is_a_page_and_not_an_error(account: SandboxAccount) -> None:
    answer = httpx.get(f"{account.api_base}/checkout/cs_test_nothing", trust_env=False)
    assert (answer.status_code, "no such payment page" in answer.text) == (404, True)


def _status(client: StripeClient, session: Session) -> str | None:
    return client.v1.checkout.sessions.retrieve(session.id).status

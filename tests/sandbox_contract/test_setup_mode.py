"""Setup mode: a payer gives a card for later, and nothing is charged."""

import httpx
import pytest
from stripe import InvalidRequestError
from stripe.checkout import Session

from tests.sandbox.client import Declined
from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.stories import SUCCESS_URL, Story

ASKING_CARD = "4000002500003155"


def test_a_card_is_saved_for_the_customer_and_nothing_is_charged(story: Story) -> None:
    customer = story.client.v1.customers.create({"email": "ada@example.org"}).id
    session = _setup(story, customer=customer, setup_intent_data={"metadata": {"plan": "p1"}})
    assert (session.amount_total, session.payment_status) == (None, "no_payment_required")
    assert story.types()[-1] == "setup_intent.created"

    landed = story.account.change_card(session.url or "")

    assert landed == SUCCESS_URL.replace("{CHECKOUT_SESSION_ID}", session.id)
    expand = ["setup_intent.payment_method"]
    done = checked(story.client.v1.checkout.sessions.retrieve(session.id, {"expand": expand}))
    intent = done["setup_intent"]
    assert (done["status"], done["payment_status"]) == ("complete", "no_payment_required")
    assert (intent["status"], intent["metadata"]) == ("succeeded", {"plan": "p1"})
    assert intent["payment_method"]["customer"] == customer
    assert intent["payment_method"]["card"]["last4"] == "4242"
    assert story.types()[-3:] == [
        "payment_method.attached",
        "setup_intent.succeeded",
        "checkout.session.completed",
    ]
    assert story.client.v1.charges.list().data == []


def test_a_card_that_asks_for_3d_secure_is_saved_once_authenticated(story: Story) -> None:
    session = _setup(story, customer=story.client.v1.customers.create({"email": "a@b.org"}).id)
    with pytest.raises(Declined, match="unable to authenticate"):
        story.account.change_card(session.url or "", ASKING_CARD, authenticate="fail")
    assert story.client.v1.checkout.sessions.retrieve(session.id).status == "open"
    story.account.change_card(session.url or "", ASKING_CARD)
    assert story.client.v1.checkout.sessions.retrieve(session.id).status == "complete"


def test_a_declined_card_is_not_saved(story: Story) -> None:
    customer = story.client.v1.customers.create({"email": "ada@example.org"}).id
    session = _setup(story, customer=customer)
    with pytest.raises(Declined) as declined:
        story.account.change_card(session.url or "", "4000000000000002")
    assert declined.value.code == "generic_decline"
    assert "payment_method.attached" not in story.types()
    story.account.change_card(session.url or "")
    assert story.types()[-1] == "checkout.session.completed"


def test_the_page_says_that_nothing_is_charged(story: Story) -> None:
    session = _setup(story)
    shown = httpx.get(session.url or "", trust_env=False)
    assert "Nothing is charged today." in shown.text
    assert "<button>Save</button>" in shown.text


def test_an_expired_setup_cancels_its_intent(story: Story) -> None:
    session = _setup(story)
    story.client.v1.checkout.sessions.expire(session.id)
    assert story.types()[-2:] == ["setup_intent.canceled", "checkout.session.expired"]


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"currency": None}, "currency"),
        ({"currency": "xxx"}, "currency"),
        ({"submit_type": "donate"}, "submit_type"),
        ({"payment_intent_data": {"description": "x"}}, "payment_intent_data"),
        ({"line_items": [{"price": "p", "quantity": 1}]}, "line_items"),
    ],
)
def test_what_belongs_to_payments_is_refused(
    story: Story, given: dict[str, object], param: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        _setup(story, **given)
    assert refused.value.param == param


def _setup(story: Story, **params: object) -> Session:
    given = {"mode": "setup", "currency": "gbp", "success_url": SUCCESS_URL, **params}
    wanted = {name: value for name, value in given.items() if value is not None}
    return story.client.v1.checkout.sessions.create(wanted)  # type: ignore[arg-type]

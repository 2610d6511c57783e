"""The billing portal: a payer changes the card or stops a gift, reached by a link alone."""

import httpx
import pytest
from stripe import InvalidRequestError

from tests.sandbox.client import Declined
from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.stories import Story

NEW_CARD, ASKING_CARD = "5555555555554444", "4000002760003184"
BACK = "https://paper.test/my-support/"


def test_a_payer_changes_the_card_and_comes_back(story: Story) -> None:
    customer = _payer(story)
    flow = {
        "type": "payment_method_update",
        "after_completion": {"type": "redirect", "redirect": {"return_url": BACK}},
    }
    session = story.client.v1.billing_portal.sessions.create(
        {"customer": customer, "return_url": BACK, "flow_data": flow}  # type: ignore[typeddict-item]
    )
    assert checked(session)["flow"]["type"] == "payment_method_update"

    assert story.account.change_card(session.url, NEW_CARD) == BACK

    expand = ["invoice_settings.default_payment_method"]
    seen = checked(story.client.v1.customers.retrieve(customer, {"expand": expand}))
    card = seen["invoice_settings"]["default_payment_method"]
    assert (card["card"]["brand"], card["customer"]) == ("mastercard", customer)
    assert story.types()[-4:] == [
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
        "customer.updated",
    ]


def test_a_card_that_asks_for_3d_secure_is_saved_once_authenticated(story: Story) -> None:
    customer = _payer(story)
    session = story.client.v1.billing_portal.sessions.create({"customer": customer})
    with pytest.raises(Declined, match="unable to authenticate"):
        story.account.change_card(session.url, ASKING_CARD, authenticate="fail")
    assert _default_card(story, customer) is None
    story.account.change_card(session.url, ASKING_CARD)
    assert _default_card(story, customer)


def test_a_declined_card_changes_nothing(story: Story) -> None:
    customer = _payer(story)
    session = story.client.v1.billing_portal.sessions.create({"customer": customer})
    with pytest.raises(Declined) as declined:
        story.account.change_card(session.url, "4000000000009995")
    assert declined.value.code == "insufficient_funds"
    assert _default_card(story, customer) is None
    assert story.types()[-1] == "setup_intent.setup_failed"


def test_a_payer_stops_a_gift_at_the_end_of_what_is_paid_for(story: Story) -> None:
    paid = story.paid(story.standing_gift())
    portal = story.client.v1.billing_portal.sessions
    flow = {
        "type": "subscription_cancel",
        "subscription_cancel": {"subscription": str(paid.subscription)},
    }
    session = portal.create({"customer": str(paid.customer), "flow_data": flow})  # type: ignore[typeddict-item]
    there = httpx.get(session.url, trust_env=False, follow_redirects=True)
    assert "Stop your standing gift" in there.text
    answer = httpx.post(str(there.url), data={}, trust_env=False)
    assert answer.headers["Location"] == f"{session.url}?done=cancel"
    subscription = story.client.v1.subscriptions.retrieve(str(paid.subscription))
    assert subscription.cancel_at_period_end
    home = httpx.get(answer.headers["Location"], trust_env=False, follow_redirects=True)
    assert "The standing gift is stopped." in home.text


def test_nobody_stops_the_gift_of_somebody_else(story: Story) -> None:
    theirs = story.paid(story.standing_gift())
    session = story.client.v1.billing_portal.sessions.create({"customer": _payer(story)})
    url = f"{session.url}/cancel/{theirs.subscription}"
    assert httpx.get(url, trust_env=False).status_code == 404
    assert httpx.post(url, data={}, trust_env=False).status_code == 400
    subscription = story.client.v1.subscriptions.retrieve(str(theirs.subscription))
    assert not subscription.cancel_at_period_end


def test_a_configuration_says_what_payers_may_do(story: Story) -> None:
    configurations = story.client.v1.billing_portal.configurations
    made = configurations.create(
        {
            "name": "Card only",
            "default_return_url": BACK,
            "features": {"payment_method_update": {"enabled": True}},
        }
    )
    features = checked(made)["features"]
    assert features["payment_method_update"]["enabled"]
    assert not features["subscription_cancel"]["enabled"]
    changed = configurations.update(
        made.id, {"features": {"invoice_history": {"enabled": True}}, "metadata": {"a": "b"}}
    )
    assert checked(changed)["features"]["payment_method_update"]["enabled"]
    assert checked(configurations.retrieve(made.id))["metadata"] == {"a": "b"}
    assert [c["id"] for c in checked(configurations.list())["data"]] == [made.id]

    session = story.client.v1.billing_portal.sessions.create(
        {"customer": _payer(story), "configuration": made.id}
    )
    assert session.return_url == BACK
    with pytest.raises(InvalidRequestError, match="does not enable"):
        story.client.v1.billing_portal.sessions.create(
            {
                "customer": _payer(story),
                "configuration": made.id,
                "flow_data": {
                    "type": "subscription_cancel",
                    "subscription_cancel": {"subscription": "sub_x"},
                },
            }
        )


def test_a_flow_that_the_sandbox_does_not_have_is_refused_by_name(story: Story) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        story.client.v1.billing_portal.sessions.create(
            {"customer": _payer(story), "flow_data": {"type": "customer_update"}}
        )
    assert refused.value.code == "sandbox_parameter_unsupported"
    assert refused.value.param == "flow_data[type]"


def _payer(story: Story) -> str:
    return story.client.v1.customers.create({"email": "reader@example.org", "name": "Ada"}).id


def _default_card(story: Story, customer: str) -> object:
    settings = story.client.v1.customers.retrieve(customer).invoice_settings
    return settings and settings.default_payment_method

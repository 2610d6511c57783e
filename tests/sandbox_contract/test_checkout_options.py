"""What a session may ask beside the money: trials, questions, consents, another place to return to."""

import time
from typing import Any

import httpx
import pytest
from stripe import InvalidRequestError

from tests.sandbox.client import Declined
from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.stories import Story

RETURN_URL = "https://paper.test/back/?session={CHECKOUT_SESSION_ID}"


def test_a_trial_takes_the_card_and_no_money_until_it_ends(story: Story) -> None:
    ends = int(time.time()) + 10 * 86400
    session = story.standing_gift(subscription_data={"trial_end": ends})
    assert (session.amount_total, session.payment_status) == (0, "no_payment_required")
    assert "the first payment is on" in httpx.get(session.url or "", trust_env=False).text

    paid = story.paid(session)

    expand = ["default_payment_method", "latest_invoice"]
    given = story.client.v1.subscriptions.retrieve(str(paid.subscription), {"expand": expand})
    subscription = checked(given)
    assert (subscription["status"], subscription["trial_end"]) == ("trialing", ends)
    assert subscription["default_payment_method"]["customer"] == paid.customer
    assert subscription["latest_invoice"]["total"] == 0
    assert story.client.v1.charges.list().data == []
    story.account.advance(days=11)
    assert [charge.amount for charge in story.client.v1.charges.list().data] == [500]


def test_a_later_anchor_without_prorations_bills_nothing_before_it(story: Story) -> None:
    anchor = int(time.time()) + 5 * 86400
    data = {"billing_cycle_anchor": anchor, "proration_behavior": "none"}
    paid = story.paid(story.standing_gift(subscription_data=data))
    subscription = checked(story.client.v1.subscriptions.retrieve(str(paid.subscription)))
    assert (subscription["status"], subscription["billing_cycle_anchor"]) == ("active", anchor)
    assert story.client.v1.charges.list().data == []
    story.account.advance(days=6)
    assert [charge.amount for charge in story.client.v1.charges.list().data] == [500]


def test_metadata_of_a_session_can_be_changed(story: Story) -> None:
    session = story.gift(metadata={"a": "1"})
    changed = story.client.v1.checkout.sessions.update(session.id, {"metadata": {"b": "2"}})
    assert checked(changed)["metadata"] == {"a": "1", "b": "2"}


def test_questions_and_consents_are_kept_with_the_session(story: Story) -> None:
    session = story.gift(
        consent_collection={"terms_of_service": "required", "promotions": "auto"},
        phone_number_collection={"enabled": True},
        name_collection={"individual": {"enabled": True}},
        custom_fields=[
            {
                "key": "why",
                "type": "dropdown",
                "label": {"type": "custom", "custom": "Why do you give?"},
                "dropdown": {"options": [{"label": "For the news", "value": "news"}]},
            },
            {
                "key": "note",
                "type": "text",
                "label": {"type": "custom", "custom": "A note"},
                "optional": True,
            },
        ],
    )
    page = httpx.get(session.url or "", trust_env=False).text
    assert "Why do you give?" in page
    assert "A note (optional)" in page
    told = {"individual_name": "Ada Reader", "phone": "+44 20 7946 0000", "custom_why": "news"}
    with pytest.raises(Declined, match="terms of service"):
        story.account.pay(session.id, fields=told)
    with pytest.raises(Declined, match="answers"):
        story.account.pay(
            session.id, fields={**told, "accepts_terms": "yes", "custom_why": "money"}
        )

    paid = checked(story.paid(session, fields={**told, "accepts_terms": "yes"}))

    assert paid["consent"] == {"promotions": "opt_out", "terms_of_service": "accepted"}
    assert paid["customer_details"]["phone"] == "+44 20 7946 0000"
    assert paid["customer_details"]["individual_name"] == "Ada Reader"
    answers = [field[field["type"]]["value"] for field in paid["custom_fields"]]
    assert answers == ["news", None]


def test_a_required_address_is_asked_for_whole(story: Story) -> None:
    session = story.gift(billing_address_collection="required")
    with pytest.raises(Declined, match="address is incomplete"):
        story.account.pay(session.id)
    paid = story.paid(session, fields={"line1": "1 Fleet Street", "city": "London"})
    assert checked(paid)["customer_details"]["address"]["line1"] == "1 Fleet Street"


@pytest.mark.parametrize("ui_mode", ["elements", "embedded_page"])
def test_an_embedded_session_has_a_secret_and_a_page_of_its_own(story: Story, ui_mode: str) -> None:
    session = _embedded(story, ui_mode=ui_mode, return_url=RETURN_URL)
    assert (session.url, (session.client_secret or "").startswith(session.id)) == (None, True)
    landed = story.account.pay(session.id)
    assert landed == RETURN_URL.replace("{CHECKOUT_SESSION_ID}", session.id)
    assert checked(story.client.v1.checkout.sessions.retrieve(session.id))["status"] == "complete"


def test_a_payer_may_stay_on_an_embedded_page(story: Story) -> None:
    session = _embedded(story, ui_mode="embedded_page", redirect_on_completion="never")
    there = story.account.pay(session.id)
    assert "Thank you" in httpx.get(there, trust_env=False).text


def test_an_expired_session_can_be_opened_again_by_its_link(story: Story) -> None:
    session = story.gift(after_expiration={"recovery": {"enabled": True}})
    story.account.expire(session.id)
    event = story.account.events("checkout.session.expired")[0]["data"]["object"]
    link = event["after_expiration"]["recovery"]["url"]
    page = httpx.get(link, trust_env=False)
    again = story.client.v1.checkout.sessions.retrieve(page.headers["Location"].rsplit("/", 1)[-1])
    assert (again.status, again.recovered_from, again.amount_total) == ("open", session.id, 1500)
    assert story.paid(again).payment_status == "paid"
    assert httpx.get(f"{link}x", trust_env=False).status_code == 404


def test_a_known_customer_is_updated_only_when_the_session_says_so(story: Story) -> None:
    customer = story.client.v1.customers.create({"email": "ada@example.org", "name": "Ada"}).id
    given: dict[str, Any] = {"customer": customer, "customer_creation": None}
    _pay_for(story, given)
    assert story.client.v1.customers.retrieve(customer).name == "Ada"
    _pay_for(story, {**given, "customer_update": {"name": "auto", "address": "auto"}})
    changed = checked(story.client.v1.customers.retrieve(customer))
    assert (changed["name"], changed["address"]["country"]) == ("Ada Reader", "GB")


@pytest.mark.parametrize(
    ("given", "param", "code"),
    [
        ({"allow_promotion_codes": True}, "allow_promotion_codes", "sandbox_parameter_unsupported"),
        ({"tax_id_collection": {"enabled": True}}, "tax_id_collection[enabled]",
         "sandbox_parameter_unsupported"),
        ({"return_url": RETURN_URL}, "return_url", None),
        ({"ui_mode": "elements", "return_url": RETURN_URL}, "success_url", None),
        ({"customer_update": {"name": "auto"}}, "customer_update", None),
        ({"custom_fields": [{"key": "a b", "type": "text",
                             "label": {"type": "custom", "custom": "A"}}]},
         "custom_fields[0][key]", None),
        ({"excluded_payment_method_types": ["card", "bacs_debit"]}, None, None),
    ],
)  # fmt: skip
def test_what_is_wrong_or_not_there_is_refused_by_name(
    story: Story, given: dict[str, Any], param: str | None, code: str | None
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        story.gift(**given)
    assert (refused.value.param, refused.value.code) == (param, code)


def _embedded(story: Story, **params: Any) -> Any:
    given = story.session_params(**params)
    for name in ("success_url", "cancel_url", "submit_type"):
        del given[name]
    return story.client.v1.checkout.sessions.create(given)  # type: ignore[arg-type]


def _pay_for(story: Story, params: dict[str, Any]) -> None:
    given = {k: v for k, v in story.session_params(**params).items() if v is not None}
    story.account.pay(story.client.v1.checkout.sessions.create(given).id, name="Ada Reader")  # type: ignore[arg-type]

"""Sessions of the billing portal, and what a payer does there: change the card, stop a standing gift."""

from typing import Any, Literal

from tests.sandbox.engine import (
    customers,
    portal_configurations,
    setup_intents,
    subscription_updates,
    subscriptions,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.payment_methods import TypedCard, create_card
from tests.sandbox.engine.store import Document

Step = Literal["complete", "authenticate"]
FLOW_FEATURES = {
    "payment_method_update": "payment_method_update",
    "subscription_cancel": "subscription_cancel",
}


def create_session(account: Account, params: dict[str, Any]) -> Document:
    """A link for one payer. With `flow_data` it leads straight to the one thing to do."""
    customer = customers.get(account, params["customer"], param="customer")
    if "configuration" in params:
        configuration = portal_configurations.get(
            account, params["configuration"], param="configuration", status=400
        )
    else:
        configuration = portal_configurations.default(account)
    if not configuration["active"]:
        raise invalid("This portal configuration is not active.", param="configuration")
    session_id = account.new_id("bps")
    session = account.store.put(
        {
            "id": session_id,
            "object": "billing_portal.session",
            "after_expiration": None,
            "configuration": configuration["id"],
            "created": account.now(),
            "customer": customer["id"],
            "customer_account": None,
            "flow": _flow(account, params.get("flow_data"), customer, configuration),
            "livemode": False,
            "locale": params.get("locale"),
            "on_behalf_of": None,
            "return_url": params.get("return_url") or configuration["default_return_url"],
            "url": f"{account.base_url}/portal/{session_id}",
        }
    )
    emit(account, "billing_portal.session.created", session)
    return session


def allows(account: Account, session: Document, feature: str) -> bool:
    configuration = portal_configurations.get(account, session["configuration"])
    return bool(configuration["features"][feature]["enabled"])


def change_card(account: Account, session: Document, typed: TypedCard, billing: Document) -> Step:
    """Prove a new card and make it the customer's default for invoices.

    A card error (StripeRefusal) leaves everything as it was, for another try.
    """
    _must_allow(account, session, "payment_method_update")
    customer = customers.get(account, session["customer"], param="customer")
    method = create_card(account, typed, {**billing, "email": customer["email"]})
    intent = _intent(account, session)
    if intent is None or intent["status"] != "requires_payment_method":
        intent = setup_intents.create(account, customer=session["customer"], data={})
        session["_intent"] = intent["id"]
        account.store.put(session)
    if setup_intents.confirm(account, intent, method) == "requires_action":
        return "authenticate"
    _use(account, session, intent)
    return "complete"


def authenticate(account: Account, session: Document, *, passed: bool) -> None:
    """End the 3D Secure step of a changed card; a failed one raises the card error."""
    intent = _intent(account, session)
    if intent is None or intent["status"] != "requires_action":
        raise invalid("This portal session does not wait for authentication.")
    setup_intents.authenticate(account, intent, passed=passed)
    _use(account, session, intent)


def awaits_authentication(account: Account, session: Document) -> bool:
    intent = _intent(account, session)
    return bool(intent and intent["status"] == "requires_action")


def cancel_subscription(
    account: Account, session: Document, subscription_id: str, *, feedback: str = ""
) -> Document:
    """Stop a standing gift of this payer, at once or at the end of what is paid for, as configured."""
    _must_allow(account, session, "subscription_cancel")
    subscription = own_subscription(account, session, subscription_id)
    feature = portal_configurations.get(account, session["configuration"])["features"]
    reasons = feature["subscription_cancel"]["cancellation_reason"]
    if feedback and feedback not in reasons["options"]:
        raise invalid("Choose one of the reasons in the list.", param="feedback")
    details = {"feedback": feedback} if feedback else {}
    _finish(account, session)
    if feature["subscription_cancel"]["mode"] == "immediately":
        return subscriptions.cancel(account, {"cancellation_details": details}, subscription["id"])
    return subscription_updates.update(
        account,
        {"cancel_at_period_end": True, "cancellation_details": details},
        subscription["id"],
    )


def own_subscription(account: Account, session: Document, subscription_id: str) -> Document:
    """A subscription of the session's own customer; nobody else's can be reached from here."""
    subscription = account.store.get("subscription", subscription_id)
    if subscription is None or subscription["customer"] != session["customer"]:
        raise missing("subscription", subscription_id, param="subscription")
    return subscription


def leads_to(session: Document) -> str | None:
    """Where the payer goes after the one thing that the session's flow is for; None is its homepage."""
    after = (session["flow"] or {}).get("after_completion") or {}
    if after.get("type") == "redirect":
        return str(after["redirect"]["return_url"])
    return None


def _use(account: Account, session: Document, intent: Document) -> None:
    """The proven card becomes the customer's own; a subscription that names another card keeps it."""
    chosen = {"default_payment_method": intent["payment_method"]}
    customers.update(account, {"invoice_settings": chosen}, session["customer"])
    _finish(account, session)


def _finish(account: Account, session: Document) -> None:
    if session["flow"]:
        session["_flow_done"] = True
        account.store.put(session)


def _intent(account: Account, session: Document) -> Document | None:
    return account.store.get("setup_intent", session.get("_intent") or "")


def _must_allow(account: Account, session: Document, feature: str) -> None:
    if not allows(account, session, feature):
        raise invalid(f"The portal's configuration does not allow {feature}.")


def _flow(
    account: Account, data: dict[str, Any] | None, customer: Document, configuration: Document
) -> Document | None:
    if data is None:
        return None
    feature = FLOW_FEATURES[data["type"]]
    if not configuration["features"][feature]["enabled"]:
        raise invalid(
            f"This flow needs the feature {feature}, which the configuration does not enable.",
            param="flow_data[type]",
        )
    cancel = data.get("subscription_cancel")
    if cancel:
        subscription = account.store.get("subscription", cancel["subscription"])
        if subscription is None or subscription["customer"] != customer["id"]:
            raise missing(
                "subscription",
                cancel["subscription"],
                param="flow_data[subscription_cancel][subscription]",
                status=400,
            )
    after = data.get("after_completion") or {"type": "portal_homepage"}
    return {
        "after_completion": {
            "hosted_confirmation": _confirmation(after),
            "redirect": after.get("redirect"),
            "type": after["type"],
        },
        "customer_update": None,
        "subscription_cancel": cancel
        and {"retention": None, "subscription": cancel["subscription"]},
        "subscription_pause": None,
        "subscription_update": None,
        "subscription_update_confirm": None,
        "type": data["type"],
    }


def _confirmation(after: dict[str, Any]) -> Document | None:
    if after["type"] != "hosted_confirmation":
        return None
    return {"custom_message": (after.get("hosted_confirmation") or {}).get("custom_message")}

"""3D Secure: which card asks its payer when, and what is remembered once the payer has answered."""

from typing import Any

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.payment_methods import test_card
from tests.sandbox.engine.store import Document


def asks(intent: Document, method: Document, *, off_session: bool) -> bool:
    """Whether a bank wants its payer now: never for what was answered for this intent already."""
    if method["type"] != "card" or intent.get("_authenticated") == method["id"]:
        return False
    wanted = test_card(method).authentication
    if wanted == "always":
        return True
    if wanted == "never":
        return False
    return not off_session or (wanted == "once" and not method["_set_up"])


def remember(account: Account, intent: Document, method: Document) -> None:
    """The payer has authenticated for this intent; a card that is kept is set up for later use too."""
    intent["_authenticated"] = method["id"]
    account.store.put(intent)
    if intent.get("setup_future_usage") == "off_session" or method["customer"]:
        method["_set_up"] = True
    account.store.put(method)


def was_passed(intent: Document, method: Document) -> bool:
    return bool(intent.get("_authenticated") == method["id"])


def next_action(account: Account, intent: Document, return_url: str | None) -> dict[str, Any]:
    """How the payer is to be asked: on a page of their own when there is a way back from it."""
    if return_url is None:
        return {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
    url = f"{account.base_url}/authenticate/{intent['id']}"
    return {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": url}}

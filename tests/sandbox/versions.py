"""Which API version a request is of, and what requests of versions before 2026 mean in ours.

The official CLI names no version and still sends parameters that later ones took away. Such a request is
read with its old parameters put in today's words; a request of our own version is never bent.
"""

import re
from typing import Any

from tests.sandbox.contract import REVIEWED_API_VERSION
from tests.sandbox.engine.errors import StripeRefusal

VERSION = re.compile(r"(20\d\d)-\d\d-\d\d(\.[a-z]+)?")
FIRST_STRICT_YEAR = 2026

NARROWS_METHODS = frozenset(
    {
        "PaymentIntentCreateParams",
        "PaymentIntentUpdateParams",
        "SetupIntentCreateParams",
        "SetupIntentUpdateParams",
        "checkout.SessionCreateParams",
    }
)
PAGES = {"hosted": "hosted_page", "embedded": "embedded_page", "custom": "elements"}


def check_version(version: str | None) -> None:
    """Refuse every version but ours and those whose requests are put into ours."""
    if version in (None, REVIEWED_API_VERSION) or is_old(version):
        return
    raise StripeRefusal(
        f"Invalid Stripe API version: {version}. This sandbox speaks {REVIEWED_API_VERSION}, and takes "
        f"requests of versions before {FIRST_STRICT_YEAR}."
    )


def is_old(version: str | None) -> bool:
    """Whether a request is read as one of an older version; one that names none is."""
    if version is None:
        return True
    match = VERSION.fullmatch(version)
    return bool(match) and int(match[1]) < FIRST_STRICT_YEAR


def modernised(params_type: str, form: dict[str, Any]) -> dict[str, Any]:
    """The form of an old request with today's parameters in the place of those that are gone."""
    form = dict(form)
    if params_type in NARROWS_METHODS and "payment_method_types" in form:
        form["allowed_payment_method_types"] = form.pop("payment_method_types")
    if params_type == "checkout.SessionCreateParams" and form.get("ui_mode") in PAGES:
        form["ui_mode"] = PAGES[form["ui_mode"]]
    anchor = form.get("billing_cycle_anchor")
    if params_type == "SubscriptionUpdateParams" and isinstance(anchor, str):
        form["billing_cycle_anchor"] = {"type": anchor}
    return form

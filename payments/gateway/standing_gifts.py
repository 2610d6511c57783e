"""Changes of Stripe's subscriptions.

None answers what became of it: to a key that it knows Stripe repeats its first answer, which may be hours old by then.
Whoever changes a subscription reads it afterwards.
"""

from dataclasses import dataclass
from datetime import datetime

from stripe.params import SubscriptionCancelParams, SubscriptionUpdateParams

from payments.gateway.client import calling_stripe
from payments.gateway.products import ensure_product


@dataclass(frozen=True, slots=True)
class PriceRequest:
    """What is collected from the next invoice on: `amount` in minor units each `interval` (month or year)."""

    item_id: str
    currency: str
    amount: int
    interval: str
    product_id: str
    product_name: str


@dataclass(frozen=True, slots=True)
class Parting:
    """Why a payer leaves: `feedback` is one of Stripe's words or empty, `comment` the payer's own."""

    feedback: str = ""
    comment: str = ""


def set_ending(
    subscription_id: str, *, is_ending: bool, idempotency_key: str, parting: Parting | None = None
) -> None:
    """Let a subscription end with its running period, or go on after all."""
    parameters: SubscriptionUpdateParams = {"cancel_at_period_end": is_ending}
    _say_why(parameters, parting)
    _update(subscription_id, parameters, idempotency_key)


def stop_collecting(
    subscription_id: str,
    *,
    ends_at: datetime,
    pauses: bool,
    idempotency_key: str,
    parting: Parting | None = None,
) -> None:
    """Collect nothing from now on and end soon; until then it can be taken back, which an end at once cannot."""
    parameters: SubscriptionUpdateParams = {
        "cancel_at": int(ends_at.timestamp()),
        "proration_behavior": "none",
    }
    if pauses:
        parameters["pause_collection"] = {"behavior": "void"}
    _say_why(parameters, parting)
    _update(subscription_id, parameters, idempotency_key)


def take_back_stop(subscription_id: str, *, lifts_pause: bool, idempotency_key: str) -> None:
    """Let a subscription whose collecting was stopped go on; a pause that it had before stays."""
    parameters: SubscriptionUpdateParams = {"cancel_at": ""}
    if lifts_pause:
        parameters["pause_collection"] = ""
    _update(subscription_id, parameters, idempotency_key)


def pause_collection(
    subscription_id: str, *, resumes_at: datetime | None, idempotency_key: str
) -> None:
    """Let invoices pass unpaid until `resumes_at`; None collects again from the next one on."""
    if resumes_at is None:
        _update(subscription_id, {"pause_collection": ""}, idempotency_key)
        return
    pause: SubscriptionUpdateParams = {
        "pause_collection": {"behavior": "void", "resumes_at": int(resumes_at.timestamp())}
    }
    _update(subscription_id, pause, idempotency_key)


def set_next_date(subscription_id: str, *, next_at: datetime, idempotency_key: str) -> None:
    """Collect next at `next_at` and from then on each period; nothing is collected or given back before."""
    moved: SubscriptionUpdateParams = {
        "trial_end": int(next_at.timestamp()),
        "proration_behavior": "none",
    }
    _update(subscription_id, moved, idempotency_key)


def set_price(
    subscription_id: str,
    price: PriceRequest,
    *,
    idempotency_key: str,
    begins_at: datetime | None = None,
) -> None:
    """Collect another amount from the next invoice on.

    With another interval `begins_at`, the end of the period that is paid for, must be given: Stripe would bill the new
    period at once otherwise.
    """
    ensure_product(price.product_id, price.product_name)
    # Without the item's id a second item would be added, and both be collected.
    parameters: SubscriptionUpdateParams = {
        "items": [
            {
                "id": price.item_id,
                "price_data": {
                    "currency": price.currency.lower(),
                    "product": price.product_id,
                    "unit_amount": price.amount,
                    "recurring": {"interval": "year" if price.interval == "year" else "month"},
                },
            }
        ],
        "proration_behavior": "none",
    }
    if begins_at is not None:
        parameters["trial_end"] = int(begins_at.timestamp())
    _update(subscription_id, parameters, idempotency_key)


def set_method(
    subscription_id: str, *, customer_id: str, method_id: str, idempotency_key: str
) -> None:
    """Collect with another payment method, for this subscription and for what its payer begins later."""
    _update(subscription_id, {"default_payment_method": method_id}, idempotency_key)
    with calling_stripe() as client:
        client.v1.customers.update(
            customer_id,
            {"invoice_settings": {"default_payment_method": method_id}},
            {"idempotency_key": f"{idempotency_key}-customer"},
        )


def end_at_once(
    subscription_id: str, *, idempotency_key: str, parting: Parting | None = None
) -> None:
    """End a subscription for good, with nothing more to pay for the time that was used."""
    parameters: SubscriptionCancelParams = {"invoice_now": False, "prorate": False}
    if details := _details(parting):
        parameters["cancellation_details"] = details  # type: ignore[typeddict-item]
    with calling_stripe() as client:
        client.v1.subscriptions.cancel(
            subscription_id, parameters, {"idempotency_key": idempotency_key}
        )


def _update(
    subscription_id: str, parameters: SubscriptionUpdateParams, idempotency_key: str
) -> None:
    with calling_stripe() as client:
        client.v1.subscriptions.update(
            subscription_id, parameters, {"idempotency_key": idempotency_key}
        )


def _say_why(parameters: SubscriptionUpdateParams, parting: Parting | None) -> None:
    if details := _details(parting):
        parameters["cancellation_details"] = details  # type: ignore[typeddict-item]


def _details(parting: Parting | None) -> dict[str, str]:
    if parting is None:
        return {}
    said = {"feedback": parting.feedback, "comment": parting.comment}
    return {name: value for name, value in said.items() if value}

"""Take a person's traces out of stored JSON values. Pure."""

from collections.abc import Collection
from typing import Any

REMOVED = "(removed)"


def scrubbed(value: Any, traces: Collection[str]) -> Any:
    """Return `value` with every text that holds one of `traces`, in any case, replaced; keys and numbers stay."""
    if isinstance(value, dict):
        return {key: scrubbed(each, traces) for key, each in value.items()}
    if isinstance(value, list):
        return [scrubbed(each, traces) for each in value]
    if isinstance(value, str) and _holds(value, traces):
        return REMOVED
    return value


# Where Stripe's objects name a person.
_PERSONAL = frozenset({
    "address", "billing_details", "customer_address", "customer_details", "customer_email", "customer_name",
    "customer_phone", "customer_shipping", "email", "name", "phone", "receipt_email", "shipping",
})  # fmt: skip


def without_person(value: Any) -> Any:
    """Return one of Stripe's objects without what names a person; ids, amounts and states stay."""
    if isinstance(value, dict):
        return {
            key: REMOVED if key in _PERSONAL and each else without_person(each)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [without_person(each) for each in value]
    return value


def _holds(text: str, traces: Collection[str]) -> bool:
    folded = text.casefold()
    return any(trace.casefold() in folded for trace in traces)

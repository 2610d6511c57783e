"""From Stripe's values to ours: instants, ids that may be expanded, currencies."""

from datetime import UTC, datetime

import stripe


def instant(timestamp: int) -> datetime:
    """Return Stripe's Unix time as an aware UTC instant."""
    return datetime.fromtimestamp(timestamp, UTC)


def instant_or_none(timestamp: int | None) -> datetime | None:
    return None if timestamp is None else instant(timestamp)


def id_of(reference: "str | stripe.StripeObject | None") -> str | None:
    """Return the id of a field that Stripe gives as an id or, expanded, as the object."""
    if reference is None or isinstance(reference, str):
        return reference
    return str(reference["id"])


def metadata_of(metadata: "stripe.StripeObject | None") -> dict[str, str]:
    return (
        {}
        if metadata is None
        else {str(key): str(value) for key, value in metadata.to_dict().items()}
    )

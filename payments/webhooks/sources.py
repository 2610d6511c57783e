"""Put on the books whatever an id of Stripe's names, exactly as its event would have, although none came."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from payments.errors import GatewayRefused
from payments.webhooks.findings import record_gifts
from payments.webhooks.handlers import (
    Handler,
    handle_charge,
    handle_dispute,
    handle_payment_intent,
    handle_payout,
    handle_refund,
)
from payments.webhooks.lookup import Lookup

# How Stripe's ids begin, by what they name.
_HANDLERS: dict[str, Handler] = {
    "pi": handle_payment_intent,
    "ch": handle_charge,
    "py": handle_charge,
    "re": handle_refund,
    "pyr": handle_refund,
    "dp": handle_dispute,
    "du": handle_dispute,
    "po": handle_payout,
}


def can_be_recorded(source_id: str) -> bool:
    """Say whether the id is of a kind that the books know: a payment, refund, dispute or payout."""
    return _kind(source_id) in _HANDLERS


def record_sources(source_ids: Collection[str], *, cause: str, now: datetime) -> set[str]:
    """Fetch and record what Stripe's ids name; returns those of which there was something of ours.

    Calls Stripe, so it cannot run in a transaction. Ids of other kinds are passed over, and one that Stripe does not
    know stops no other. Safe to repeat, as an event is. Raises GatewayUnavailable.
    """
    lookup, ours = Lookup(), set()
    for source_id in source_ids:
        handler = _HANDLERS.get(_kind(source_id))
        if handler is None:
            continue
        try:
            found = handler({"id": source_id}, lookup)
        except GatewayRefused:
            continue
        with transaction.atomic():
            [is_ours] = record_gifts([(found, f"{cause} {source_id}")], now=now)
        if is_ours:
            ours.add(source_id)
    return ours


def _kind(source_id: str) -> str:
    return source_id.partition("_")[0]

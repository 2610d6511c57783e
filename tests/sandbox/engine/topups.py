"""Top-ups: money that the account's owner sends into its balance, as when it is below zero."""

from typing import Any

from tests.sandbox.engine import balance, metadata, payout_schedule
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.events import emit, save
from tests.sandbox.engine.lists import given
from tests.sandbox.engine.money import read_currency
from tests.sandbox.engine.store import Document


def create(account: Account, params: dict[str, Any]) -> Document:
    """`POST /v1/topups`: the money arrives like a payout would, on a business day."""
    currency, amount = read_currency(params["currency"]), params["amount"]
    if amount < 1:
        raise invalid("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    arrival = payout_schedule.arrival_date(account)
    topup = account.store.put(
        {
            "id": account.new_id("tu"),
            "object": "topup",
            "amount": amount,
            "balance_transaction": None,
            "created": account.now(),
            "currency": currency,
            "description": None,
            "expected_availability_date": arrival,
            "failure_code": None,
            "failure_message": None,
            "initiated_by": "user",
            "livemode": False,
            "metadata": metadata.merged({}, params.get("metadata")),
            "payment_method": None,
            "source": None,
            "statement_descriptor": None,
            "status": "pending",
            "transfer_group": None,
            **given(params, "description", "statement_descriptor", "transfer_group"),
        }
    )
    emit(account, "topup.created", topup)
    account.schedule(max(arrival, account.now()), "arrive_topup", topup["id"])
    return topup


def update(account: Account, params: dict[str, Any], topup_id: str) -> Document:
    """Stripe tells nobody of a changed description: there is no event for it."""
    topup = _topup(account, topup_id)
    topup.update(given(params, "description"))
    topup["metadata"] = metadata.merged(topup["metadata"], params.get("metadata"))
    return account.store.put(topup)


def cancel(account: Account, params: dict[str, Any], topup_id: str) -> Document:
    topup = _topup(account, topup_id)
    if topup["status"] != "pending":
        raise invalid("Only a top-up that is still pending can be cancelled.")
    return save(account, topup, "topup.canceled", status="canceled")


def arrive(account: Account, topup_id: str) -> None:
    topup = _topup(account, topup_id)
    if topup["status"] == "pending":
        row = balance.record_topup(account, topup)
        save(
            account,
            topup,
            "topup.succeeded",
            status="succeeded",
            balance_transaction=row["id"],
        )


def _topup(account: Account, topup_id: str) -> Document:
    topup = account.store.get("topup", topup_id)
    if topup is None:
        raise missing("topup", topup_id)
    return topup

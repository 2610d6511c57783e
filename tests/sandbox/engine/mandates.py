"""Mandates: a payer's permission to debit their bank account again."""

from typing import Any

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.events import save
from tests.sandbox.engine.store import Document

Acceptance = dict[str, Any]
BACS_REFERENCE_LENGTH, SEPA_REFERENCE_LENGTH = 10, 16


def of_method(account: Account, method: Document, acceptance: Acceptance | None = None) -> Document:
    """The mandate of a bank account, written when its payer first agrees; one for all its debits."""
    existing = account.store.get("mandate", method["_mandate"] or "")
    if existing and existing["status"] == "active":
        return existing
    mandate = account.store.put(
        {
            "id": account.new_id("mandate"),
            "object": "mandate",
            "customer_acceptance": _accepted(account, acceptance),
            "livemode": False,
            "multi_use": {},
            "payment_method": method["id"],
            "payment_method_details": _details(account, method),
            "status": "active",
            "type": "multi_use",
        }
    )
    method["_mandate"] = mandate["id"]
    account.store.put(method)
    return mandate


def has_ended(account: Account, method: Document) -> bool:
    """The payer's permission was there once and is no more; a new one needs the payer."""
    mandate = account.store.get("mandate", method["_mandate"] or "")
    return mandate is not None and mandate["status"] == "inactive"


def accept(account: Account, mandate: Document) -> None:
    """The bank took note of a Bacs mandate, which it hears of with the first debit."""
    details = mandate["payment_method_details"].get("bacs_debit")
    if details and details["network_status"] == "pending":
        _change_network(account, mandate, network_status="accepted")


def end(account: Account, mandate: Document, *, refused: bool) -> None:
    """The bank refused the mandate, or its payer revoked it: it permits nothing any more."""
    if mandate["status"] == "inactive":
        return
    if "bacs_debit" in mandate["payment_method_details"]:
        status = "refused" if refused else "revoked"
        reason = None if refused else "debit_not_authorized"
        _change_network(
            account, mandate, status="inactive", network_status=status, revocation_reason=reason
        )
    else:
        save(account, mandate, "mandate.updated", status="inactive")


def _change_network(
    account: Account, mandate: Document, *, status: str = "active", **changes: Any
) -> None:
    details = mandate["payment_method_details"]
    changed = {**details, "bacs_debit": {**details["bacs_debit"], **changes}}
    save(account, mandate, "mandate.updated", status=status, payment_method_details=changed)


def _accepted(account: Account, acceptance: Acceptance | None) -> Document:
    given = (acceptance or {}).get("customer_acceptance", {})
    type_ = given.get("type", "online")
    online = {"ip_address": None, "user_agent": None, **given.get("online", {})}
    return {
        "accepted_at": given.get("accepted_at", account.now()),
        "type": type_,
        type_: online if type_ == "online" else {},
    }


def _details(account: Account, method: Document) -> Document:
    type_ = method["type"]
    length = BACS_REFERENCE_LENGTH if type_ == "bacs_debit" else SEPA_REFERENCE_LENGTH
    reference = account.new_id("x", length)[2:].upper()
    details: Document = {"reference": reference, "url": f"{account.base_url}/mandates/{reference}"}
    if type_ == "bacs_debit":
        details.update(
            display_name=None,
            network_status="pending",
            revocation_reason=None,
            service_user_number=None,
        )
    return {"type": type_, type_: details}

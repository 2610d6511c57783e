"""Bank debits: begun today, decided by the payer's bank days later, and sometimes taken back after that."""

from tests.sandbox.engine import balance, charges, followers, intent_failures, mandates
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.bank_accounts import BankAccount
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.payment_methods import behind
from tests.sandbox.engine.periods import DAY
from tests.sandbox.engine.store import Document


def begin(account: Account, intent: Document, method: Document) -> Document:
    """The debit is on its way: its charge pending, its intent processing, nothing known yet."""
    mandate = mandates.of_method(account, method)
    charge = charges.create_pending(account, intent, method, mandate)
    intent.update(
        status="processing", latest_charge=charge["id"], next_action=None, processing=None
    )
    account.store.put(intent)
    emit(account, "payment_intent.processing", intent)
    due_at = account.now() + account.settings["debit_days"][method["type"]] * DAY
    account.schedule(due_at, "settle_debit", charge["id"])
    return charge


def settle_when_due(account: Account, charge_id: str) -> None:
    """What the timer of a debit does: the bank has answered, as its test account says."""
    charge = account.store.get("charge", charge_id)
    if charge is None or charge["status"] != "pending":
        return
    intent = account.store.get("payment_intent", charge["payment_intent"])
    method = account.store.get("payment_method", charge["payment_method"])
    assert intent is not None
    assert method is not None
    bank = behind(method)
    assert isinstance(bank, BankAccount)
    _answer_on_mandate(account, charge, bank)
    if bank.failure_code:
        charges.fail(account, charge, bank.failure_code)
        intent_failures.debit_failed(account, intent, method, charge)
        followers.tell(account, intent)
        return
    charges.complete(account, charge)
    intent.update(status="succeeded", amount_received=charge["amount"])
    account.store.put(intent)
    emit(account, "payment_intent.succeeded", intent)
    followers.tell(account, intent)
    charges.settle(account, charge)


def fail_late(account: Account, charge_id: str, *, reason: str = "insufficient_funds") -> Document:
    """The bank takes back a debit that had succeeded: its money leaves the balance, its intent fails."""
    charge = account.store.get("charge", charge_id)
    if charge is None:
        raise missing("charge", charge_id)
    is_debit = charge["payment_method_details"]["type"] != "card"
    is_untouched = not (charge["amount_refunded"] or charge["disputed"])
    if charge["status"] != "succeeded" or not is_untouched or not is_debit:
        raise invalid(
            "Only a bank debit that succeeded and was neither refunded nor disputed can be taken back."
        )
    intent = account.store.get("payment_intent", charge["payment_intent"])
    method = account.store.get("payment_method", charge["payment_method"])
    assert intent is not None
    assert method is not None
    returned = balance.record_payment_failure(account, charge)
    charge["failure_balance_transaction"] = returned["id"]
    charges.fail(account, charge, reason)
    intent_failures.debit_failed(account, intent, method, charge)
    followers.tell(account, intent)
    return charge


def _answer_on_mandate(account: Account, charge: Document, bank: BankAccount) -> None:
    details = charge["payment_method_details"]
    mandate = account.store.get("mandate", details[details["type"]]["mandate"])
    assert mandate is not None
    if bank.mandate == "kept":
        mandates.accept(account, mandate)
    else:
        mandates.end(account, mandate, refused=bank.mandate == "refused")

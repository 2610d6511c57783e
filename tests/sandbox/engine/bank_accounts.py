"""Stripe's published test bank accounts for SEPA and Bacs debits, and what each of them does."""

from dataclasses import dataclass
from typing import Literal

from tests.sandbox.engine.cards import Promise
from tests.sandbox.engine.errors import StripeRefusal, invalid

DebitType = Literal["sepa_debit", "bacs_debit"]
MandateFate = Literal["kept", "revoked", "refused"]
CURRENCY_OF_DEBIT: dict[str, str] = {"sepa_debit": "eur", "bacs_debit": "gbp"}
"""A bank debit moves one currency only."""

SORT_CODE = "108800"


def debits_in(currency: str | None) -> list[str]:
    """The kinds of debit that move this currency; all of them when it is None."""
    return [type_ for type_, moves in CURRENCY_OF_DEBIT.items() if currency in (None, moves)]


@dataclass(frozen=True, slots=True)
class BankAccount:
    """`failure_code` is why the debit comes back, days after it began; None when it comes through."""

    number: str
    label: str
    type: DebitType
    country: str
    failure_code: str | None = None
    mandate: MandateFate = "kept"
    promise: Promise | None = None
    token: str = ""

    @property
    def last4(self) -> str:
        return self.number[-4:]


_FAILED, _FUNDS = "generic_could_not_process", "insufficient_funds"
_SEPA: tuple[tuple[str, str, str | None, Promise | None], ...] = (
    ("success", "Succeeds", None, None),
    ("failed", "Fails later", _FAILED, None),
    ("disputed", "Succeeds, then disputed", None, "bank_dispute"),
    ("insufficientFunds", "Insufficient funds", _FUNDS, None),
    ("exceedsWeeklyVolumeLimit", "Above the weekly limit", "charge_exceeds_source_limit", None),
)
_IBANS = """
AT AT611904300234573201 AT861904300235473202 AT591904300235473203 AT981904300002222227 AT981904300000343434
BE BE62510007547061 BE68539007547034 BE08510007547063 BE90510002222227 BE90510000343434
DE DE89370400440532013000 DE62370400440532013001 DE35370400440532013002 DE65370400440002222227 DE65370400440000343434
EE EE382200221020145685 EE762200221020145680 EE492200221020145681 EE672200000002222227 EE672200000000343434
FI FI2112345600000785 FI9112345600000786 FI6412345600000787 FI6712345602222227 FI6712345600343434
FR FR1420041010050500013M02606 FR8420041010050500013M02607 FR5720041010050500013M02608 FR9720041010050000002222227 FR9720041010050000000343434
IE IE29AIBK93115212345678 IE02AIBK93115212345679 IE51AIBK93115212345670 IE10AIBK93115202222227 IE10AIBK93115200343434
LU LU280019400644750000 LU980019400644750001 LU710019400644750002 LU900010000002222227 LU900010000000343434
"""  # noqa: E501 - a table: a country, then one account for each row above


_DELAYED: tuple[tuple[str, str, str, str | None], ...] = (
    ("AT321904300235473204", "successDelayed", "Succeeds (delayed)", None),
    ("AT051904300235473205", "failedDelayed", "Fails later (delayed)", _FAILED),
)
"""They differ from the others by minutes; here every debit takes its days."""


def _sepa_accounts() -> list[BankAccount]:
    made = []
    for line in _IBANS.split("\n"):
        country, *numbers = line.split() or [""]
        for number, (name, label, failure, promise) in zip(numbers, _SEPA, strict=bool(numbers)):
            made.append(
                BankAccount(
                    number,
                    label,
                    "sepa_debit",
                    country,
                    failure_code=failure,
                    promise=promise,
                    token=f"pm_{name}_{country.lower()}",
                )
            )
    made += [
        BankAccount(number, label, "sepa_debit", "AT", failure_code=failure, token=f"pm_{name}_at")
        for number, name, label, failure in _DELAYED
    ]
    return made


_BACS: tuple[tuple[str, str, str, str | None, MandateFate, Promise | None], ...] = (
    ("00012345", "success", "Succeeds", None, "kept", None),
    ("90012345", "successDelayed", "Succeeds (delayed)", None, "kept", None),
    ("33333335", "debitNotAuthorized", "Not authorised", "debit_not_authorized", "revoked", None),
    ("22222227", "insufficientFunds", "Insufficient funds", _FUNDS, "kept", None),
    ("55555559", "dispute", "Succeeds, then disputed", None, "kept", "bank_dispute"),
    ("00033333", "mandateRefused", "Mandate refused", "debit_not_authorized", "refused", None),
    (
        "34343434",
        "exceedsWeeklyLimit",
        "Above the weekly limit",
        "charge_exceeds_source_limit",
        "kept",
        None,
    ),
    (
        "12121212",
        "exceedsTransactionLimit",
        "Above the limit of one debit",
        "charge_exceeds_transaction_limit",
        "kept",
        None,
    ),
)
REFUSED_AT_SETUP = "00044444"
"""Published as an account that does not exist."""


def _bacs_accounts() -> list[BankAccount]:
    return [
        BankAccount(
            number,
            label,
            "bacs_debit",
            "GB",
            failure_code=failure,
            mandate=mandate,
            promise=promise,
            token=f"pm_bacsDebit_{name}",
        )
        for number, name, label, failure, mandate, promise in _BACS
    ]


TEST_ACCOUNTS = {account.number: account for account in (*_sepa_accounts(), *_bacs_accounts())}
BANK_TOKENS = {account.token: account for account in TEST_ACCOUNTS.values()}

FAILURE_MESSAGES = {
    "generic_could_not_process": "The customer's bank could not process this payment.",
    "insufficient_funds": "The customer's account has insufficient funds to cover this payment.",
    "debit_not_authorized": "The customer has notified their bank that this payment was unauthorized.",
    "account_closed": "The customer's bank account has been closed.",
    "charge_exceeds_source_limit": "This payment exceeds the weekly limit of the customer's account.",
    "charge_exceeds_transaction_limit": "This payment exceeds the limit of a single debit.",
}


def account_of_iban(iban: str) -> BankAccount:
    """The test account of an IBAN; spaces are forgiven, any IBAN not on the list is refused."""
    account = TEST_ACCOUNTS.get(iban.replace(" ", "").upper())
    if account is None or account.type != "sepa_debit":
        raise invalid(
            "This is a test page: it takes only the test IBANs that Stripe publishes. A real IBAN must "
            "never be typed here.",
            param="sepa_debit[iban]",
            code="invalid_bank_account_iban",
        )
    return account


def account_of_bacs(sort_code: str, number: str) -> BankAccount:
    """The test account at the one published sort code."""
    digits = number.replace(" ", "")
    account = TEST_ACCOUNTS.get(digits)
    if digits == REFUSED_AT_SETUP:
        raise _unknown_account("The bank account number is invalid.")
    if (
        account is None
        or account.type != "bacs_debit"
        or sort_code.replace("-", "").replace(" ", "") != SORT_CODE
    ):
        raise _unknown_account(
            "This is a test page: it takes only the test bank accounts that Stripe publishes, all at sort "
            f"code {SORT_CODE}. A real account must never be typed here."
        )
    return account


def _unknown_account(message: str) -> StripeRefusal:
    return invalid(message, param="bacs_debit[account_number]", code="account_number_invalid")

"""Why a bank declined, in plain words, by Stripe's code and never by the bank's own text.

Whoever may be trying a stolen card learns nothing: everything that has to do with fraud, and everything we do not know,
gets the same calm sentence.
"""

_CALM = "Your bank did not give a reason that we can see. It may help to ask it, or to use another card."
_SENTENCES = {
    "funds": "Your bank says that there was not enough money in the account on that day.",
    "expired": "The card has expired.",
    "details": "A detail of the card no longer fits: the number, the date or the security code.",
    "limit": "The card has reached a limit that your bank sets, for an amount or a number of payments.",
    "unsupported": "Your bank does not allow this kind of payment with this card.",
    "confirm": "Your bank wants you to {authorise} the payment yourself.",
    "later": "Something was out of order between the banks. It often works at the next try.",
    "withdrawn": "Your bank tells us that you withdrew your permission for these payments.",
    "account": "The bank account is closed or cannot be found.",
}
_CODES = {
    "funds": ("insufficient_funds",),
    "expired": ("expired_card", "invalid_expiry_month", "invalid_expiry_year"),
    "details": (
        "incorrect_address", "incorrect_cvc", "incorrect_number", "incorrect_pin", "incorrect_zip",
        "invalid_account", "invalid_amount", "invalid_cvc", "invalid_number", "invalid_pin",
        "new_account_information_available",
    ),
    "limit": ("card_velocity_exceeded", "withdrawal_count_limit_exceeded", "pin_try_exceeded"),
    "unsupported": (
        "card_not_supported", "currency_not_supported", "not_permitted", "service_not_allowed",
        "transaction_not_allowed",
    ),
    "confirm": (
        "approve_with_id", "authentication_required", "mobile_device_authentication_required",
        "offline_pin_required", "online_or_offline_pin_required",
        "payment_intent_authentication_failure",
    ),
    "later": (
        "duplicate_transaction", "issuer_not_available", "processing_error", "reenter_transaction",
        "try_again_later",
    ),
    "withdrawn": (
        "debit_not_authorized", "revocation_of_all_authorizations", "revocation_of_authorization",
        "stop_payment_order",
    ),
    "account": ("account_closed", "bank_account_unusable", "no_account"),
}  # fmt: skip
_BY_CODE = {code: _SENTENCES[reason] for reason, codes in _CODES.items() for code in codes}


def explain(code: str, locale: str) -> str:
    """Return the sentence for a decline code, an error code of a bank debit, or none."""
    sentence = _BY_CODE.get(code, _CALM)
    return sentence.format(authorise="authorize" if locale == "en-US" else "authorise")

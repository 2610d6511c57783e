"""The ways to pay on a hosted page: one link for each, the fields of the chosen one, its test numbers."""

from html import escape

from tests.sandbox.engine.bank_accounts import SORT_CODE, TEST_ACCOUNTS
from tests.sandbox.web.payment_form import DIGITS, Filled, card_fields, test_cards, text_field

LABELS = {
    "card": "Card",
    "sepa_debit": "SEPA Direct Debit",
    "bacs_debit": "Bacs Direct Debit",
    "wallet": "Apple Pay, Google Pay",
}
FIRST_FIELDS = {
    "card": "number",
    "sepa_debit": "iban",
    "bacs_debit": "sort_code",
    "wallet": "email",
}


def method_links(url: str, types: list[str], chosen: str) -> str:
    """Links rather than tabs: the page has no script, so each way to pay is a page of its own."""
    ways = [*types, *(["wallet"] if "card" in types else [])]
    if len(ways) == 1:
        return ""
    here = {chosen: ' aria-current="page"'}
    links = "".join(
        f'<li><a href="{escape(url)}?method={way}"{here.get(way, "")}>{LABELS[way]}</a></li>'
        for way in ways
    )
    return f'<nav class="ways" aria-label="Ways to pay"><ul>{links}</ul></nav>'


def method_fields(method: str, filled: Filled, *, payee: str) -> str:
    """The fields of one way to pay, and with a bank debit what the payer agrees to."""
    chosen = f'<input type="hidden" name="method" value="{method}">'
    if method == "card":
        return chosen + card_fields(filled)
    if method == "sepa_debit":
        iban = text_field(filled, "iban", "IBAN", 'autocomplete="off" required')
        return chosen + iban + _agreement(payee, "SEPA Direct Debit")
    if method == "bacs_debit":
        return (
            f'{chosen}<div class="row">{text_field(filled, "sort_code", "Sort code", DIGITS)}'
            f"{text_field(filled, 'account_number', 'Account number', DIGITS)}</div>"
            f"{_agreement(payee, 'Bacs Direct Debit')}"
        )
    return chosen


def wallet_buttons() -> str:
    return (
        '<p class="wallets"><button name="wallet" value="apple_pay">Apple Pay</button>'
        '<button name="wallet" value="google_pay">Google Pay</button></p>'
        '<p class="note">A stand-in: either button pays with the test card that ends in 4242.</p>'
    )


def test_numbers(url: str, method: str) -> str:
    if method == "card":
        return test_cards(url)
    if method == "wallet":
        return ""
    name = "iban" if method == "sepa_debit" else "account_number"
    rows = "".join(
        f'<li><a href="{escape(url)}?method={method}&amp;{name}={number}">{escape(account.label)}, '
        f"{account.country}</a> <code>{number}</code></li>"
        for number, account in TEST_ACCOUNTS.items()
        if account.type == method
    )
    return (
        "<aside><h2>Test accounts</h2><p>A link fills in the account. The bank answers days later.</p>"
        f'<ul class="cards">{rows}</ul></aside>'
    )


def linked_account(query: dict[str, str]) -> dict[str, str]:
    """The test account that a link on the page fills in; nothing else is taken from an address."""
    number = query.get("iban") or query.get("account_number") or ""
    account = TEST_ACCOUNTS.get(number)
    if account is None:
        return {}
    if account.type == "sepa_debit":
        return {"iban": number}
    return {"account_number": number, "sort_code": SORT_CODE}


def _agreement(payee: str, scheme: str) -> str:
    return (
        f'<p class="note agreement">You allow {escape(payee)} to collect this from your account by '
        f"{scheme}, and your bank to pay it. The money takes some days to arrive.</p>"
    )

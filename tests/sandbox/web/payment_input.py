"""What a payer typed into a hosted page, read from the posted form."""

from starlette.datastructures import FormData
from starlette.requests import Request

from tests.sandbox.engine.checkout_payers import Payer
from tests.sandbox.engine.payer_methods import Typed
from tests.sandbox.engine.payment_methods import TypedBankAccount, TypedCard
from tests.sandbox.web.words import WALLETS

CARD_FIELDS = ("number", "exp_month", "exp_year", "cvc")
PAYER_FIELDS = (
    "email", "name", "country", "postal_code", "line1", "line2", "city", "state", "phone",
    "individual_name", "business_name",
)  # fmt: skip
CUSTOM = "custom_"
WALLET_CARD = ("4242424242424242", "12", "2034", "123")


async def typed_form(request: Request) -> dict[str, str]:
    return _texts(await request.form())


def typed_card(typed: dict[str, str]) -> TypedCard:
    return TypedCard(**{name: typed.get(name, "") for name in CARD_FIELDS})


def typed_method(typed: dict[str, str]) -> Typed:
    """How the payer pays, as the form's own `method` says; a card when it says nothing."""
    method = typed.get("method", "card")
    if method == "sepa_debit":
        return TypedBankAccount(iban=typed.get("iban", ""))
    if method == "bacs_debit":
        return TypedBankAccount(
            sort_code=typed.get("sort_code", "") or "-",
            account_number=typed.get("account_number", ""),
        )
    if method == "wallet":
        wallet = typed.get("wallet", "")
        return TypedCard(*WALLET_CARD, wallet=wallet if wallet in WALLETS else "apple_pay")
    return typed_card(typed)


def typed_payer(typed: dict[str, str]) -> Payer:
    return Payer(
        **{name: typed.get(name, "") for name in PAYER_FIELDS},  # type: ignore[arg-type]
        accepts_terms="accepts_terms" in typed,
        wants_promotions="wants_promotions" in typed,
        answers={
            name.removeprefix(CUSTOM): value
            for name, value in typed.items()
            if name.startswith(CUSTOM)
        },
    )


def _texts(form: FormData) -> dict[str, str]:
    return {key: value.strip() for key, value in form.items() if isinstance(value, str)}

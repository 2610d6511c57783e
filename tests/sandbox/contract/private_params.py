"""Parameters of operations that the official CLI calls and no SDK knows."""

from typing import NotRequired

from typing_extensions import TypedDict


class PaymentPageRetrieveParams(TypedDict):
    pass


class PaymentPageConfirmParams(TypedDict):
    payment_method: str
    expected_amount: NotRequired[int]

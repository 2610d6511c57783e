"""What the official CLI calls besides Stripe's public API. Not among OPERATIONS: no SDK describes it."""

from tests.sandbox.engine import payment_pages
from tests.sandbox.operations.operation import Operation

CLI_OPERATIONS = (
    Operation(
        "GET",
        "/v1/payment_pages/{id}",
        "sandbox.PaymentPageRetrieveParams",
        payment_pages.retrieve,
    ),
    Operation(
        "POST",
        "/v1/payment_pages/{id}/confirm",
        "sandbox.PaymentPageConfirmParams",
        payment_pages.confirm,
        "payment_method expected_amount",
    ),
)

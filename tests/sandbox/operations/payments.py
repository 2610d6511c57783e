"""How money is collected: payment intents, payment methods, charges."""

from tests.sandbox.engine import charges
from tests.sandbox.operations.operation import Operation, listing, retrieval

PAYMENT_OPERATIONS = (
    listing("/v1/payment_intents", "PaymentIntentListParams", "payment_intent", "customer"),
    retrieval("/v1/payment_intents/{id}", "PaymentIntentRetrieveParams", "payment_intent"),
    retrieval(
        "/v1/payment_methods/{id}", "PaymentMethodRetrieveParams", "payment_method", "PaymentMethod"
    ),
    listing(
        "/v1/charges", "ChargeListParams", "charge", "customer", "payment_intent", "transfer_group"
    ),
    retrieval("/v1/charges/{id}", "ChargeRetrieveParams", "charge"),
    Operation(
        "POST",
        "/v1/charges/{id}",
        "ChargeUpdateParams",
        charges.update,
        "description metadata receipt_email transfer_group fraud_details.user_report",
    ),
)

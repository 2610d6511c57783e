"""How money is collected: payment methods, setup and payment intents, mandates, charges."""

from tests.sandbox.engine import charges, intent_requests, method_requests, setup_requests
from tests.sandbox.operations.operation import CURSORS, Operation, listing, retrieval

_BILLING = """
    allow_redisplay metadata billing_details.name billing_details.email billing_details.phone
    billing_details.tax_id billing_details.address
"""
_NEW_METHOD = f"""
    {_BILLING} type card.number card.exp_month card.exp_year card.cvc card.token sepa_debit.iban
    bacs_debit.account_number bacs_debit.sort_code
"""
_BROUGHT = " ".join(f"payment_method_data.{path}" for path in _NEW_METHOD.split())
_TYPES = "allowed_payment_method_types excluded_payment_method_types"
_INTENT = f"""
    {_BROUGHT} {_TYPES} amount currency customer description metadata payment_method receipt_email
    setup_future_usage statement_descriptor_suffix transfer_group capture_method
"""
_AUTOMATIC = "automatic_payment_methods.enabled automatic_payment_methods.allow_redirects"
_CONFIRMING = "mandate_data return_url use_stripe_sdk"
_ATTEMPT = f"{_CONFIRMING} off_session error_on_requires_action"
_SETUP = f"{_BROUGHT} customer description metadata payment_method"

PAYMENT_OPERATIONS = (
    Operation(
        "POST",
        "/v1/payment_methods",
        "PaymentMethodCreateParams",
        method_requests.create,
        _NEW_METHOD,
    ),
    Operation(
        "GET",
        "/v1/payment_methods",
        "PaymentMethodListParams",
        method_requests.list_methods,
        f"{CURSORS} customer type",
    ),
    retrieval(
        "/v1/payment_methods/{id}", "PaymentMethodRetrieveParams", "payment_method", "PaymentMethod"
    ),
    Operation(
        "POST",
        "/v1/payment_methods/{id}",
        "PaymentMethodUpdateParams",
        method_requests.update,
        f"{_BILLING} card.exp_month card.exp_year",
    ),
    Operation(
        "POST",
        "/v1/payment_methods/{id}/attach",
        "PaymentMethodAttachParams",
        method_requests.attach_to_customer,
        "customer",
    ),
    Operation(
        "POST",
        "/v1/payment_methods/{id}/detach",
        "PaymentMethodDetachParams",
        method_requests.detach,
    ),
    Operation(
        "GET",
        "/v1/customers/{id}/payment_methods",
        "CustomerPaymentMethodListParams",
        method_requests.list_of_customer,
        f"{CURSORS} type",
    ),
    Operation(
        "GET",
        "/v1/customers/{id}/payment_methods/{id}",
        "CustomerPaymentMethodRetrieveParams",
        method_requests.retrieve_of_customer,
    ),
    Operation(
        "POST",
        "/v1/setup_intents",
        "SetupIntentCreateParams",
        setup_requests.create,
        f"{_SETUP} {_TYPES} {_AUTOMATIC} {_CONFIRMING} usage confirm",
    ),
    listing(
        "/v1/setup_intents", "SetupIntentListParams", "setup_intent", "customer", "payment_method"
    ),
    retrieval("/v1/setup_intents/{id}", "SetupIntentRetrieveParams", "setup_intent"),
    Operation(
        "POST", "/v1/setup_intents/{id}", "SetupIntentUpdateParams", setup_requests.update, _SETUP
    ),
    Operation(
        "POST",
        "/v1/setup_intents/{id}/confirm",
        "SetupIntentConfirmParams",
        setup_requests.confirm,
        f"{_BROUGHT} {_CONFIRMING} payment_method",
    ),
    Operation(
        "POST",
        "/v1/setup_intents/{id}/cancel",
        "SetupIntentCancelParams",
        setup_requests.cancel,
        "cancellation_reason",
    ),
    retrieval("/v1/mandates/{id}", "MandateRetrieveParams", "mandate"),
    Operation(
        "POST",
        "/v1/payment_intents",
        "PaymentIntentCreateParams",
        intent_requests.create,
        f"{_INTENT} {_AUTOMATIC} {_ATTEMPT} confirm confirmation_method shipping",
    ),
    listing("/v1/payment_intents", "PaymentIntentListParams", "payment_intent", "customer"),
    retrieval("/v1/payment_intents/{id}", "PaymentIntentRetrieveParams", "payment_intent"),
    Operation(
        "POST",
        "/v1/payment_intents/{id}",
        "PaymentIntentUpdateParams",
        intent_requests.update,
        _INTENT,
    ),
    Operation(
        "POST",
        "/v1/payment_intents/{id}/confirm",
        "PaymentIntentConfirmParams",
        intent_requests.confirm,
        f"{_BROUGHT} {_ATTEMPT} payment_method receipt_email setup_future_usage capture_method",
    ),
    Operation(
        "POST",
        "/v1/payment_intents/{id}/cancel",
        "PaymentIntentCancelParams",
        intent_requests.cancel,
        "cancellation_reason",
    ),
    Operation(
        "POST",
        "/v1/payment_intents/{id}/capture",
        "PaymentIntentCaptureParams",
        intent_requests.capture,
        "metadata",
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
    Operation(
        "POST", "/v1/charges/{id}/capture", "ChargeCaptureParams", intent_requests.capture_charge
    ),
)

"""Standing gifts: subscriptions, their invoices, and what paid them."""

from tests.sandbox.engine import invoices, subscriptions
from tests.sandbox.operations.operation import PAGING, Operation, listing, retrieval

_SUBSCRIPTION = """
    metadata description default_payment_method cancel_at_period_end proration_behavior
    pause_collection
    items.id items.quantity items.price items.price_data.currency items.price_data.product
    items.price_data.unit_amount items.price_data.recurring
"""

BILLING_OPERATIONS = (
    Operation(
        "GET",
        "/v1/subscriptions",
        "SubscriptionListParams",
        subscriptions.list_subscriptions,
        f"{PAGING} customer price status collection_method",
    ),
    retrieval("/v1/subscriptions/{id}", "SubscriptionRetrieveParams", "subscription"),
    Operation(
        "POST",
        "/v1/subscriptions/{id}",
        "SubscriptionUpdateParams",
        subscriptions.update,
        _SUBSCRIPTION,
    ),
    Operation(
        "DELETE",
        "/v1/subscriptions/{id}",
        "SubscriptionCancelParams",
        subscriptions.cancel,
        "cancellation_details.comment cancellation_details.feedback invoice_now prorate",
    ),
    listing(
        "/v1/invoices",
        "InvoiceListParams",
        "invoice",
        "customer",
        "status",
        "subscription",
        "collection_method",
    ),
    retrieval("/v1/invoices/{id}", "InvoiceRetrieveParams", "invoice"),
    Operation(
        "GET",
        "/v1/invoice_payments",
        "InvoicePaymentListParams",
        invoices.list_payments,
        f"{PAGING} invoice status payment.type payment.payment_intent",
    ),
    retrieval(
        "/v1/invoice_payments/{id}",
        "InvoicePaymentRetrieveParams",
        "invoice_payment",
        "invoice payment",
    ),
)

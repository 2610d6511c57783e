"""Standing gifts: subscriptions, their invoices, and what paid them."""

from tests.sandbox.engine import invoices, subscriptions, test_clocks
from tests.sandbox.operations.operation import CURSORS, PAGING, Operation, listing, retrieval

_SUBSCRIPTION = """
    metadata description default_payment_method cancel_at_period_end proration_behavior
    pause_collection
    items.id items.quantity items.price items.price_data.currency items.price_data.product
    items.price_data.unit_amount items.price_data.recurring
"""

_CLOCKS = "/v1/test_helpers/test_clocks"

CLOCK_OPERATIONS = (
    Operation(
        "POST",
        _CLOCKS,
        "test_helpers.TestClockCreateParams",
        test_clocks.create,
        "frozen_time name",
    ),
    Operation("GET", _CLOCKS, "test_helpers.TestClockListParams", test_clocks.list_clocks, CURSORS),
    retrieval(
        f"{_CLOCKS}/{{id}}",
        "test_helpers.TestClockRetrieveParams",
        "test_helpers.test_clock",
        "test_clock",
    ),
    Operation(
        "POST",
        f"{_CLOCKS}/{{id}}/advance",
        "test_helpers.TestClockAdvanceParams",
        test_clocks.advance,
        "frozen_time",
    ),
    Operation(
        "DELETE",
        f"{_CLOCKS}/{{id}}",
        "test_helpers.TestClockDeleteParams",
        test_clocks.delete,
    ),
)

BILLING_OPERATIONS = (
    *CLOCK_OPERATIONS,
    Operation(
        "GET",
        "/v1/subscriptions",
        "SubscriptionListParams",
        subscriptions.list_subscriptions,
        f"{PAGING} customer price plan status collection_method test_clock",
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

"""Standing gifts: subscriptions, their invoices, and what paid them."""

from tests.sandbox.engine import (
    invoices,
    subscription_creation,
    subscription_pauses,
    subscription_updates,
    subscriptions,
    test_clocks,
)
from tests.sandbox.operations.invoices import INVOICE_OPERATIONS
from tests.sandbox.operations.operation import CURSORS, PAGING, Operation, retrieval

_ITEM = """
    quantity price metadata price_data.currency price_data.product price_data.unit_amount
    price_data.recurring
"""
_ITEMS = " ".join(f"items.{name}" for name in _ITEM.split())
_SUBSCRIPTION = f"""
    {_ITEMS} metadata description default_payment_method cancel_at_period_end cancel_at trial_end
    proration_behavior payment_behavior collection_method days_until_due off_session
    trial_settings.end_behavior.missing_payment_method
"""
_NEW_SUBSCRIPTION = f"""
    {_SUBSCRIPTION} customer currency billing_cycle_anchor trial_period_days billing_mode.type
    payment_settings.save_default_payment_method
"""
_CHANGED_SUBSCRIPTION = f"""
    {_SUBSCRIPTION} items.id pause_collection billing_cycle_anchor.type
    cancellation_details.comment cancellation_details.feedback
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
        subscription_updates.update,
        _CHANGED_SUBSCRIPTION,
    ),
    Operation(
        "POST",
        "/v1/subscriptions",
        "SubscriptionCreateParams",
        subscription_creation.create,
        _NEW_SUBSCRIPTION,
    ),
    Operation(
        "POST",
        "/v1/subscriptions/{id}/pause",
        "SubscriptionPauseParams",
        subscription_pauses.pause,
        "type bill_for.unused_time_from bill_for.outstanding_usage_through invoicing_behavior",
    ),
    Operation(
        "POST",
        "/v1/subscriptions/{id}/resume",
        "SubscriptionResumeParams",
        subscription_pauses.resume,
        "billing_cycle_anchor.type payment_behavior proration_behavior",
    ),
    Operation(
        "DELETE",
        "/v1/subscriptions/{id}",
        "SubscriptionCancelParams",
        subscriptions.cancel,
        "cancellation_details.comment cancellation_details.feedback invoice_now prorate",
    ),
    Operation(
        "GET",
        "/v1/subscription_items",
        "SubscriptionItemListParams",
        subscriptions.list_items,
        f"{CURSORS} subscription",
    ),
    Operation(
        "GET",
        "/v1/subscription_items/{id}",
        "SubscriptionItemRetrieveParams",
        subscriptions.retrieve_item,
    ),
    Operation(
        "POST",
        "/v1/subscription_items/{id}",
        "SubscriptionItemUpdateParams",
        subscription_updates.update_item,
        f"{_ITEM} proration_behavior payment_behavior off_session",
    ),
    *INVOICE_OPERATIONS,
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

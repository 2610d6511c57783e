"""Checkout Sessions."""

from tests.sandbox.engine import sessions
from tests.sandbox.operations.operation import CURSORS, PAGING, Operation, retrieval

_NEW_SESSION = """
    mode ui_mode success_url cancel_url client_reference_id customer customer_email customer_creation
    locale expires_at metadata submit_type custom_text adaptive_pricing.enabled
    excluded_payment_method_types allowed_payment_method_types
    line_items.price line_items.quantity
    line_items.price_data.currency line_items.price_data.product line_items.price_data.unit_amount
    line_items.price_data.product_data.name line_items.price_data.product_data.description
    line_items.price_data.tax_behavior
    line_items.price_data.recurring.interval line_items.price_data.recurring.interval_count
    payment_intent_data.metadata payment_intent_data.description
    payment_intent_data.setup_future_usage payment_intent_data.transfer_group
    payment_intent_data.statement_descriptor_suffix payment_intent_data.shipping
    subscription_data.metadata subscription_data.description subscription_data.billing_mode.type
    subscription_data.trial_end subscription_data.trial_period_days
    subscription_data.billing_cycle_anchor subscription_data.proration_behavior
    currency setup_intent_data.metadata setup_intent_data.description
    return_url redirect_on_completion allow_promotion_codes
    customer_update.name customer_update.address
    phone_number_collection billing_address_collection consent_collection name_collection
    custom_fields after_expiration.recovery
"""

CHECKOUT_OPERATIONS = (
    Operation(
        "POST",
        "/v1/checkout/sessions",
        "checkout.SessionCreateParams",
        sessions.create,
        _NEW_SESSION,
    ),
    Operation(
        "GET",
        "/v1/checkout/sessions",
        "checkout.SessionListParams",
        sessions.list_sessions,
        f"{PAGING} customer customer_details.email payment_intent status subscription",
    ),
    retrieval("/v1/checkout/sessions/{id}", "checkout.SessionRetrieveParams", "checkout.session"),
    Operation(
        "POST",
        "/v1/checkout/sessions/{id}",
        "checkout.SessionUpdateParams",
        sessions.update,
        "metadata",
    ),
    Operation(
        "GET",
        "/v1/checkout/sessions/{id}/line_items",
        "checkout.SessionLineItemListParams",
        sessions.list_line_items,
        CURSORS,
    ),
    Operation(
        "POST",
        "/v1/checkout/sessions/{id}/expire",
        "checkout.SessionExpireParams",
        sessions.expire,
    ),
)

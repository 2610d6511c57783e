"""Every operation of the API that the sandbox has, on one page: path, parameters type, handler."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.sandbox.engine import (
    accounts,
    balance,
    charges,
    customers,
    events,
    invoices,
    products,
    refunds,
    sessions,
    subscriptions,
    webhook_endpoints,
)
from tests.sandbox.engine.lists import lister, retriever

PAGING = "limit starting_after ending_before created"


@dataclass(frozen=True, slots=True)
class Operation:
    """`supports` names the parameters acted on, as dotted paths; others are refused by name."""

    method: str
    path: str
    params_type: str
    run: Callable[..., Any]
    supports: str = ""
    pattern: re.Pattern[str] = field(init=False)
    supported: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        pattern = re.sub(r"\{\w+\}", "([^/]+)", self.path)
        object.__setattr__(self, "pattern", re.compile(pattern))
        object.__setattr__(self, "supported", frozenset(self.supports.split()) | {"expand"})


_CUSTOMER = (
    "name email phone description individual_name business_name address metadata preferred_locales"
)
_PRODUCT = "active name description images statement_descriptor unit_label url metadata"
_PRICE = "active nickname lookup_key tax_behavior metadata"
_RECURRING = "recurring.interval recurring.interval_count"
_SESSION = """
    mode ui_mode success_url cancel_url client_reference_id customer customer_email customer_creation
    locale expires_at metadata submit_type custom_text billing_address_collection
    excluded_payment_method_types allowed_payment_method_types
    line_items.price line_items.quantity line_items.price_data.currency line_items.price_data.product
    line_items.price_data.product_data.name line_items.price_data.product_data.description
    line_items.price_data.unit_amount line_items.price_data.tax_behavior
    line_items.price_data.recurring.interval line_items.price_data.recurring.interval_count
    payment_intent_data.metadata payment_intent_data.description payment_intent_data.setup_future_usage
    payment_intent_data.statement_descriptor payment_intent_data.statement_descriptor_suffix
    payment_intent_data.transfer_group
    subscription_data.metadata subscription_data.description subscription_data.billing_mode.type
"""
_SUBSCRIPTION_UPDATE = """
    metadata description default_payment_method cancel_at_period_end proration_behavior
    pause_collection.behavior pause_collection.resumes_at pause_collection
    items.id items.quantity items.price items.price_data.currency items.price_data.product
    items.price_data.unit_amount items.price_data.recurring
"""
_ENDPOINT = "url enabled_events description metadata"

OPERATIONS = (
    Operation("GET", "/v1/account", "AccountRetrieveCurrentParams", accounts.retrieve_current),
    Operation("GET", "/v1/balance", "BalanceRetrieveParams", balance.retrieve),
    Operation(
        "GET",
        "/v1/balance_transactions",
        "BalanceTransactionListParams",
        lister("balance_transaction", "source", "type", "currency", "payout"),
        f"{PAGING} source type currency payout",
    ),
    Operation(
        "GET",
        "/v1/balance_transactions/{id}",
        "BalanceTransactionRetrieveParams",
        retriever("balance_transaction", "balance transaction"),
    ),
    Operation("POST", "/v1/customers", "CustomerCreateParams", customers.create, _CUSTOMER),
    Operation(
        "GET", "/v1/customers", "CustomerListParams", lister("customer", "email"), f"{PAGING} email"
    ),
    Operation("GET", "/v1/customers/{id}", "CustomerRetrieveParams", customers.retrieve),
    Operation(
        "POST",
        "/v1/customers/{id}",
        "CustomerUpdateParams",
        customers.update,
        f"{_CUSTOMER} invoice_settings.default_payment_method",
    ),
    Operation("DELETE", "/v1/customers/{id}", "CustomerDeleteParams", customers.delete),
    Operation(
        "POST",
        "/v1/products",
        "ProductCreateParams",
        products.create_product,
        f"{_PRODUCT} id type",
    ),
    Operation(
        "GET",
        "/v1/products",
        "ProductListParams",
        lister("product", "active", "url"),
        f"{PAGING} active url",
    ),
    Operation("GET", "/v1/products/{id}", "ProductRetrieveParams", retriever("product")),
    Operation(
        "POST", "/v1/products/{id}", "ProductUpdateParams", products.update_product, _PRODUCT
    ),
    Operation("DELETE", "/v1/products/{id}", "ProductDeleteParams", products.delete_product),
    Operation(
        "POST",
        "/v1/prices",
        "PriceCreateParams",
        products.create_price,
        f"{_PRICE} currency unit_amount product product_data.name product_data.metadata {_RECURRING}",
    ),
    Operation(
        "GET",
        "/v1/prices",
        "PriceListParams",
        lister("price", "active", "currency", "product", "type"),
        f"{PAGING} active currency product type",
    ),
    Operation("GET", "/v1/prices/{id}", "PriceRetrieveParams", retriever("price")),
    Operation("POST", "/v1/prices/{id}", "PriceUpdateParams", products.update_price, _PRICE),
    Operation(
        "POST", "/v1/checkout/sessions", "checkout.SessionCreateParams", sessions.create, _SESSION
    ),
    Operation(
        "GET",
        "/v1/checkout/sessions",
        "checkout.SessionListParams",
        sessions.list_sessions,
        f"{PAGING} customer customer_details.email payment_intent status subscription",
    ),
    Operation(
        "GET",
        "/v1/checkout/sessions/{id}",
        "checkout.SessionRetrieveParams",
        retriever("checkout.session"),
    ),
    Operation(
        "GET",
        "/v1/checkout/sessions/{id}/line_items",
        "checkout.SessionListLineItemsParams",
        sessions.line_items,
        "limit",
    ),
    Operation(
        "POST", "/v1/checkout/sessions/{id}/expire", "checkout.SessionExpireParams", sessions.expire
    ),
    Operation(
        "GET",
        "/v1/payment_intents",
        "PaymentIntentListParams",
        lister("payment_intent", "customer"),
        f"{PAGING} customer",
    ),
    Operation(
        "GET",
        "/v1/payment_intents/{id}",
        "PaymentIntentRetrieveParams",
        retriever("payment_intent"),
    ),
    Operation(
        "GET",
        "/v1/payment_methods/{id}",
        "PaymentMethodRetrieveParams",
        retriever("payment_method", "PaymentMethod"),
    ),
    Operation(
        "GET",
        "/v1/charges",
        "ChargeListParams",
        lister("charge", "customer", "payment_intent", "transfer_group"),
        f"{PAGING} customer payment_intent transfer_group",
    ),
    Operation("GET", "/v1/charges/{id}", "ChargeRetrieveParams", retriever("charge")),
    Operation(
        "POST",
        "/v1/charges/{id}",
        "ChargeUpdateParams",
        charges.update,
        "description metadata receipt_email transfer_group fraud_details.user_report",
    ),
    Operation(
        "POST",
        "/v1/refunds",
        "RefundCreateParams",
        refunds.create,
        "charge payment_intent amount reason metadata",
    ),
    Operation(
        "GET",
        "/v1/refunds",
        "RefundListParams",
        lister("refund", "charge", "payment_intent"),
        f"{PAGING} charge payment_intent",
    ),
    Operation("GET", "/v1/refunds/{id}", "RefundRetrieveParams", retriever("refund")),
    Operation(
        "GET",
        "/v1/invoices",
        "InvoiceListParams",
        lister("invoice", "customer", "status", "subscription", "collection_method"),
        f"{PAGING} customer status subscription collection_method",
    ),
    Operation("GET", "/v1/invoices/{id}", "InvoiceRetrieveParams", retriever("invoice")),
    Operation(
        "GET",
        "/v1/invoice_payments",
        "InvoicePaymentListParams",
        invoices.list_payments,
        f"{PAGING} invoice status payment.type payment.payment_intent",
    ),
    Operation(
        "GET",
        "/v1/invoice_payments/{id}",
        "InvoicePaymentRetrieveParams",
        retriever("invoice_payment", "invoice payment"),
    ),
    Operation(
        "GET",
        "/v1/subscriptions",
        "SubscriptionListParams",
        subscriptions.list_subscriptions,
        f"{PAGING} customer price status collection_method",
    ),
    Operation(
        "GET", "/v1/subscriptions/{id}", "SubscriptionRetrieveParams", retriever("subscription")
    ),
    Operation(
        "POST",
        "/v1/subscriptions/{id}",
        "SubscriptionUpdateParams",
        subscriptions.update,
        _SUBSCRIPTION_UPDATE,
    ),
    Operation(
        "DELETE",
        "/v1/subscriptions/{id}",
        "SubscriptionCancelParams",
        subscriptions.cancel,
        "cancellation_details",
    ),
    Operation(
        "GET",
        "/v1/events",
        "EventListParams",
        events.list_events,
        f"{PAGING} type types delivery_success",
    ),
    Operation("GET", "/v1/events/{id}", "EventRetrieveParams", retriever("event")),
    Operation(
        "POST",
        "/v1/webhook_endpoints",
        "WebhookEndpointCreateParams",
        webhook_endpoints.create,
        f"{_ENDPOINT} api_version connect",
    ),
    Operation(
        "GET",
        "/v1/webhook_endpoints",
        "WebhookEndpointListParams",
        lister("webhook_endpoint"),
        PAGING,
    ),
    Operation(
        "GET",
        "/v1/webhook_endpoints/{id}",
        "WebhookEndpointRetrieveParams",
        retriever("webhook_endpoint", "webhook endpoint"),
    ),
    Operation(
        "POST",
        "/v1/webhook_endpoints/{id}",
        "WebhookEndpointUpdateParams",
        webhook_endpoints.update,
        f"{_ENDPOINT} disabled",
    ),
    Operation(
        "DELETE",
        "/v1/webhook_endpoints/{id}",
        "WebhookEndpointDeleteParams",
        webhook_endpoints.delete,
    ),
)

_BY_RESOURCE: dict[tuple[str, str], list[Operation]] = {}
for _operation in OPERATIONS:
    _BY_RESOURCE.setdefault((_operation.method, _operation.path.split("/")[2]), []).append(
        _operation
    )


def find_operation(method: str, path: str) -> tuple[Operation, tuple[str, ...]] | None:
    """The operation of a request and the ids in its path."""
    segments = path.split("/")
    for operation in _BY_RESOURCE.get((method, segments[2] if len(segments) > 2 else ""), ()):
        if match := operation.pattern.fullmatch(path):
            return operation, match.groups()
    return None

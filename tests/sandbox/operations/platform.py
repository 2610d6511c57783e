"""The account and what belongs to it: customer_search, customers, products, prices, events, webhook endpoints."""

from tests.sandbox.engine import (
    accounts,
    customer_requests,
    customer_search,
    customers,
    events,
    products,
    webhook_endpoints,
)
from tests.sandbox.engine.lists import lister
from tests.sandbox.operations.operation import CURSORS, PAGING, Operation, listing, retrieval

_CUSTOMER = """
    name email phone description individual_name business_name address metadata preferred_locales
"""
_PRODUCT = "active name description images statement_descriptor unit_label url metadata"
_PRICE = "active nickname lookup_key tax_behavior metadata"
_NEW_PRICE = f"""
    {_PRICE} currency unit_amount product product_data.name product_data.metadata
    recurring.interval recurring.interval_count
"""
_ENDPOINT = "url enabled_events description metadata"

PLATFORM_OPERATIONS = (
    Operation("GET", "/v1/account", "AccountRetrieveCurrentParams", accounts.retrieve_current),
    Operation(
        "POST",
        "/v1/customers",
        "CustomerCreateParams",
        customer_requests.create,
        f"{_CUSTOMER} test_clock payment_method invoice_settings.default_payment_method",
    ),
    Operation(
        "GET",
        "/v1/customers",
        "CustomerListParams",
        customers.list_customers,
        f"{PAGING} email test_clock",
    ),
    Operation(
        "GET",
        "/v1/customers/search",
        "CustomerSearchParams",
        customer_search.search,
        "query limit page",
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
    listing("/v1/products", "ProductListParams", "product", "active", "url"),
    retrieval("/v1/products/{id}", "ProductRetrieveParams", "product"),
    Operation(
        "POST", "/v1/products/{id}", "ProductUpdateParams", products.update_product, _PRODUCT
    ),
    Operation("DELETE", "/v1/products/{id}", "ProductDeleteParams", products.delete_product),
    Operation("POST", "/v1/prices", "PriceCreateParams", products.create_price, _NEW_PRICE),
    listing("/v1/prices", "PriceListParams", "price", "active", "currency", "product", "type"),
    retrieval("/v1/prices/{id}", "PriceRetrieveParams", "price"),
    Operation("POST", "/v1/prices/{id}", "PriceUpdateParams", products.update_price, _PRICE),
    Operation(
        "GET",
        "/v1/events",
        "EventListParams",
        events.list_events,
        f"{PAGING} type types delivery_success",
    ),
    Operation("GET", "/v1/events/{id}", "EventRetrieveParams", events.retrieve),
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
        CURSORS,
    ),
    retrieval(
        "/v1/webhook_endpoints/{id}",
        "WebhookEndpointRetrieveParams",
        "webhook_endpoint",
        "webhook endpoint",
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

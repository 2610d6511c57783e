"""Invoices and their items."""

from tests.sandbox.engine import invoice_item_requests, invoice_requests, previews
from tests.sandbox.operations.operation import CURSORS, PAGING, Operation, listing, retrieval

_INVOICE = """
    metadata description footer auto_advance automatically_finalizes_at collection_method days_until_due
    due_date default_payment_method statement_descriptor effective_at custom_fields
"""
_ITEM = """
    amount description discountable metadata period quantity pricing.price
    price_data.currency price_data.product price_data.unit_amount price_data.tax_behavior
"""
_CHANGES = """
    items.id items.price items.quantity items.price_data.currency items.price_data.product
    items.price_data.unit_amount items.price_data.recurring items.metadata
    trial_end proration_behavior billing_cycle_anchor.type cancel_at_period_end cancel_now
    billing_mode.type metadata
"""
_PREVIEWED = " ".join(f"subscription_details.{name}" for name in _CHANGES.split())
_PATH = "/v1/invoices/{id}"
_ITEMS = "/v1/invoiceitems"

INVOICE_OPERATIONS = (
    listing(
        "/v1/invoices",
        "InvoiceListParams",
        "invoice",
        "customer",
        "status",
        "subscription",
        "collection_method",
    ),
    retrieval(_PATH, "InvoiceRetrieveParams", "invoice"),
    Operation(
        "POST",
        "/v1/invoices",
        "InvoiceCreateParams",
        invoice_requests.create,
        f"{_INVOICE} customer subscription currency pending_invoice_items_behavior",
    ),
    Operation(
        "POST",
        "/v1/invoices/create_preview",
        "InvoiceCreatePreviewParams",
        previews.create_preview,
        f"customer subscription {_PREVIEWED}",
    ),
    Operation("POST", _PATH, "InvoiceUpdateParams", invoice_requests.update, _INVOICE),
    Operation("DELETE", _PATH, "InvoiceDeleteParams", invoice_requests.delete),
    Operation(
        "POST",
        f"{_PATH}/finalize",
        "InvoiceFinalizeInvoiceParams",
        invoice_requests.finalise,
        "auto_advance",
    ),
    Operation(
        "POST",
        f"{_PATH}/pay",
        "InvoicePayParams",
        invoice_requests.pay,
        "payment_method off_session paid_out_of_band",
    ),
    Operation("POST", f"{_PATH}/void", "InvoiceVoidInvoiceParams", invoice_requests.void),
    Operation(
        "POST",
        f"{_PATH}/mark_uncollectible",
        "InvoiceMarkUncollectibleParams",
        invoice_requests.mark_uncollectible,
    ),
    Operation("POST", f"{_PATH}/send", "InvoiceSendInvoiceParams", invoice_requests.send),
    Operation(
        "GET", f"{_PATH}/lines", "InvoiceLineItemListParams", invoice_requests.list_lines, CURSORS
    ),
    Operation(
        "POST",
        _ITEMS,
        "InvoiceItemCreateParams",
        invoice_item_requests.create,
        f"{_ITEM} customer invoice subscription currency",
    ),
    Operation(
        "GET",
        _ITEMS,
        "InvoiceItemListParams",
        invoice_item_requests.list_items,
        f"{PAGING} customer invoice pending",
    ),
    retrieval(f"{_ITEMS}/{{id}}", "InvoiceItemRetrieveParams", "invoiceitem"),
    Operation(
        "POST",
        f"{_ITEMS}/{{id}}",
        "InvoiceItemUpdateParams",
        invoice_item_requests.update,
        _ITEM,
    ),
    Operation(
        "DELETE", f"{_ITEMS}/{{id}}", "InvoiceItemDeleteParams", invoice_item_requests.delete
    ),
)

"""What a Checkout Session looks like: what it was asked for, and what a donation's session always shows."""

from typing import Any

from tests.sandbox.engine.store import Document

TEXTS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
FIELD_KINDS = {
    "dropdown": ("default_value", "options", "value"),
    "numeric": ("default_value", "maximum_length", "minimum_length", "value"),
    "text": ("default_value", "maximum_length", "minimum_length", "value"),
}


def as_given(params: dict[str, Any]) -> Document:
    """The fields that only repeat what the request said."""
    plain: Document = {
        name: params.get(name)
        for name in (
            "allow_promotion_codes",
            "allowed_payment_method_types",
            "billing_address_collection",
            "cancel_url",
            "client_reference_id",
            "customer_email",
            "excluded_payment_method_types",
            "locale",
            "submit_type",
            "success_url",
        )
    }
    shown = {
        **plain,
        "ui_mode": params.get("ui_mode", "hosted_page"),
        "custom_fields": [_custom_field(field) for field in params.get("custom_fields", ())],
        "custom_text": {
            name: (params.get("custom_text") or {}).get(name) or None for name in TEXTS
        },
        "consent_collection": _consent_collection(params.get("consent_collection")),
        "phone_number_collection": {
            "enabled": params.get("phone_number_collection", {}).get("enabled", False)
        },
        "after_expiration": _after_expiration(params),
    }
    if "name_collection" in params:
        shown["name_collection"] = {
            who: _name_of(params["name_collection"].get(who)) for who in ("business", "individual")
        }
    if shown["ui_mode"] != "hosted_page":
        shown["return_url"] = params.get("return_url")
        shown["redirect_on_completion"] = params.get("redirect_on_completion", "always")
    return shown


def constant_parts() -> Document:
    """No tax, no shipping, no discount."""
    return {
        "adaptive_pricing": {"enabled": False},
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "collected_information": None,
        "consent": None,
        "currency_conversion": None,
        "discounts": [],
        "invoice_creation": None,
        "origin_context": None,
        "payment_link": None,
        "payment_method_configuration_details": None,
        "permissions": None,
        "recovered_from": None,
        "saved_payment_method_options": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
    }


def payment_methods_shown(types: list[str]) -> Document:
    options = {"card": {"request_three_d_secure": "automatic"}, "sepa_debit": {}, "bacs_debit": {}}
    return {
        "payment_method_types": types,
        "payment_method_options": {type_: options[type_] for type_ in types},
    }


def details(
    *,
    email: str | None,
    name: str | None = None,
    address: Document | None = None,
    phone: str | None = None,
    individual_name: str | None = None,
    business_name: str | None = None,
) -> Document:
    """`customer_details` as the session shows them."""
    return {
        "address": address,
        "business_name": business_name,
        "email": email,
        "individual_name": individual_name,
        "name": name,
        "phone": phone,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def _custom_field(given: dict[str, Any]) -> Document:
    kind = given["type"]
    inner = {name: given.get(kind, {}).get(name) for name in FIELD_KINDS[kind]}
    return {
        "key": given["key"],
        "label": given["label"],
        "optional": given.get("optional", False),
        "type": kind,
        **{other: inner if other == kind else None for other in FIELD_KINDS},
    }


def _consent_collection(given: dict[str, Any] | None) -> Document | None:
    if given is None:
        return None
    return {
        "payment_method_reuse_agreement": given.get("payment_method_reuse_agreement"),
        "promotions": given.get("promotions"),
        "terms_of_service": given.get("terms_of_service"),
    }


def _name_of(given: dict[str, Any] | None) -> Document | None:
    return given and {"enabled": given["enabled"], "optional": given.get("optional", False)}


def _after_expiration(params: dict[str, Any]) -> Document | None:
    recovery = params.get("after_expiration", {}).get("recovery")
    if recovery is None:
        return None
    return {
        "recovery": {
            "allow_promotion_codes": False,
            "enabled": recovery["enabled"],
            "expires_at": None,
            "url": None,
        }
    }

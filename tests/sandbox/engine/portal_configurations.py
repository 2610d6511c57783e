"""Configurations of the billing portal: what payers may do there for themselves."""

from typing import Any

from tests.sandbox.engine import metadata
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import missing
from tests.sandbox.engine.events import emit, save
from tests.sandbox.engine.lists import Page, given, page_of
from tests.sandbox.engine.store import Document

PROFILE_KEYS = ("headline", "privacy_policy_url", "terms_of_service_url")
USUAL_REASONS = ["too_expensive", "unused", "other"]


def create(account: Account, params: dict[str, Any]) -> Document:
    configuration = _new(account, params, is_default=False)
    emit(account, "billing_portal.configuration.created", configuration)
    return configuration


def update(account: Account, params: dict[str, Any], configuration_id: str) -> Document:
    configuration = get(account, configuration_id)
    changes: dict[str, Any] = given(params, "active")
    for name in ("name", "default_return_url"):
        if name in params:
            changes[name] = params[name] or None
    if "business_profile" in params:
        profile = {k: v or None for k, v in params["business_profile"].items()}
        changes["business_profile"] = {**configuration["business_profile"], **profile}
    if "features" in params:
        changes["features"] = _merged(configuration["features"], params["features"])
    if "metadata" in params:
        changes["metadata"] = metadata.merged(configuration["metadata"], params["metadata"])
    return save(
        account,
        configuration,
        "billing_portal.configuration.updated",
        **changes,
        updated=account.now(),
    )


def get(
    account: Account, configuration_id: str, *, param: str = "id", status: int = 404
) -> Document:
    configuration = account.store.get("billing_portal.configuration", configuration_id)
    if configuration is None:
        raise missing("configuration", configuration_id, param=param, status=status)
    return configuration


def default(account: Account) -> Document:
    """The configuration of sessions that name none. It is there from its first use on."""
    kept = account.store.newest_first("billing_portal.configuration", {"is_default": True})
    everything: dict[str, Any] = {
        "features": {
            "invoice_history": {"enabled": True},
            "payment_method_update": {"enabled": True},
            "subscription_cancel": {"enabled": True},
        }
    }
    return next(kept, None) or _new(account, everything, is_default=True)


def list_configurations(account: Account, params: dict[str, Any]) -> Page:
    filters = given(params, "active", "is_default")
    return page_of(account, "billing_portal.configuration", params, filters)


def _new(account: Account, params: dict[str, Any], *, is_default: bool) -> Document:
    now = account.now()
    profile = params.get("business_profile", {})
    return account.store.put(
        {
            "id": account.new_id("bpc"),
            "object": "billing_portal.configuration",
            "active": True,
            "application": None,
            "business_profile": {key: profile.get(key) or None for key in PROFILE_KEYS},
            "created": now,
            "default_return_url": params.get("default_return_url") or None,
            "features": _merged(_nothing_allowed(), params["features"]),
            "is_default": is_default,
            "livemode": False,
            "login_page": {"enabled": False, "url": None},
            "metadata": metadata.merged({}, params.get("metadata")),
            "name": params.get("name") or None,
            "updated": now,
        }
    )


def _nothing_allowed() -> Document:
    return {
        "customer_update": {"allowed_updates": [], "enabled": False},
        "invoice_history": {"enabled": False},
        "payment_method_update": {"enabled": False, "payment_method_configuration": None},
        "subscription_cancel": {
            "cancellation_reason": {
                "enabled": False,
                "feedback_options": None,
                "options": USUAL_REASONS,
            },
            "enabled": False,
            "mode": "at_period_end",
            "proration_behavior": "none",
        },
        "subscription_pause": {
            "duration": {"interval_options": [], "type": "indefinite"},
            "enabled": False,
        },
        "subscription_update": {
            "billing_cycle_anchor": None,
            "default_allowed_updates": [],
            "enabled": False,
            "products": [],
            "proration_behavior": "none",
            "schedule_at_period_end": {"conditions": []},
            "trial_update_behavior": "end_trial",
        },
    }


def _merged(kept: Document, changes: dict[str, Any]) -> Document:
    """Each feature with what was said of it; what was not said stays."""
    return {
        name: {
            **feature,
            **{
                key: {**feature[key], **value} if isinstance(value, dict) else value
                for key, value in changes.get(name, {}).items()
            },
        }
        for name, feature in kept.items()
    }

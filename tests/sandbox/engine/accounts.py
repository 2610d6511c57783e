"""The account itself, as `GET /v1/account` shows it."""

from typing import Any

from tests.sandbox.engine import payout_schedule
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.store import Document


def retrieve_current(account: Account, params: dict[str, Any]) -> Document:
    settings = account.settings
    return {
        "id": settings["account_id"],
        "object": "account",
        "business_profile": {"name": settings["display_name"], "mcc": "5192", "support_email": None,
                             "support_phone": None, "support_url": None, "url": None},
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "country": settings["country"],
        "created": settings["created"],
        "default_currency": settings["default_currency"],
        "details_submitted": True,
        "email": None,
        "metadata": {},
        "payouts_enabled": True,
        "settings": {
            "bacs_debit_payments": {"display_name": None, "service_user_number": None},
            "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
            "card_payments": {
                "decline_on": {"avs_failure": False, "cvc_failure": False},
                "statement_descriptor_prefix": settings["statement_descriptor_prefix"],
            },
            "dashboard": {"display_name": settings["display_name"], "timezone": "Etc/UTC"},
            "payments": {"statement_descriptor": settings["statement_descriptor"]},
            "payouts": {
                "debit_negative_balances": settings["debit_negative_balances"],
                "schedule": payout_schedule.shown(account),
                "statement_descriptor": None,
            },
        },
        "type": "standard",
    }  # fmt: skip

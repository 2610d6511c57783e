"""The roles of staff: six groups whose permissions are written here and kept so by every migrate.

A receiver of post_migrate and not a migration, because Django creates permissions after the
migrations have run: a migration would find none on an empty database and would have to be repeated
for every permission that a later version adds. A group that an administrator makes besides these
six is never touched.
"""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import DEFAULT_DB_ALIAS

_APPS = ("auth", "mfa", "membership", "payments")

_CAMPAIGN_ROWS = {
    f"payments.{verb}_{model}"
    for verb in ("view", "add", "change")
    for model in ("campaign", "campaigncurrency", "suggestedamount", "fund")
}
_TIER_ROWS = {
    "membership.add_tier",
    "membership.change_tier",
    "membership.view_tier",
    *(
        f"membership.{verb}_{model}"
        for verb in ("view", "add", "change", "delete")
        for model in ("tieramount", "benefit")
    ),
}
_GIFTS = {
    f"payments.view_{model}"
    for model in (
        "donation",
        "payment",
        "refund",
        "dispute",
        "recurringplan",
        "paymentattempt",
        "planchange",
        "plancommand",
        "receipt",
        "refundrequest",
        "disputeanswer",
    )
}
_BOOKS = {
    f"payments.view_{model}"
    for model in (
        "balancetransaction",
        "campaign",
        "campaigncurrency",
        "fund",
        "fundrelease",
        "legalentity",
        "ledgerentry",
        "ledgerposting",
        "numberseries",
        "suggestedamount",
        "webhookevent",
    )
}
_RECONCILIATION = {
    f"payments.view_{model}"
    for model in (
        "bankaccount",
        "bankimport",
        "bankline",
        "driftaudit",
        "driftfinding",
        "exceptionsettlement",
        "payout",
        "payoutitem",
        "reconciliationchange",
        "stripebalance",
    )
}
_DECISIONS = {"payments.reconcile_payout", "payments.add_driftaudit", "payments.share_savedview"}
_REPORTS = {
    "payments.add_export",
    "payments.view_export",
    "payments.view_gift_register",
    "payments.view_reports",
}
# Nobody decides on a refund or a release of their own, whatever their role.
_MONEY_BACK = {
    "payments.answer_dispute",
    "payments.decide_refund",
    "payments.exceed_refund_limit",
    "payments.request_refund",
}
_FUNDS = {"payments.decide_fundrelease", "payments.release_fund"}
_PEOPLE = {
    "membership.view_consentrecord",
    "membership.view_letter",
    "membership.view_suppression",
    "membership.view_statuschange",
    "membership.view_supporter",
    "membership.view_tier",
    "membership.view_tierchange",
    "membership.view_tieroverride",
    "membership.view_tierstanding",
    "payments.view_checkout",
    "payments.view_customer",
}

_PROMPTS = {
    "membership.edit_prompts",
    "membership.publish_prompts",
    "membership.review_prompts",
    *(
        f"membership.view_{model}"
        for model in (
            "promptbundle",
            "promptcampaign",
            "promptpublication",
            "promptrelease",
            "promptreview",
            "promptrevision",
            "promptrules",
        )
    ),
}
_RESULTS = {"membership.view_results"}

# What identifies a supporter is a permission of its own: finance and auditors work without it.
ROLES: dict[str, set[str]] = {
    "support": _GIFTS
    | _PEOPLE
    | {
        "membership.add_tieroverride",
        "membership.lift_suppression",
        "membership.preview_letters",
        "membership.resend_letter",
        # Readers ask them why they see a prompt.
        "membership.view_promptbundle",
        "membership.withdraw_tieroverride",
        "payments.request_refund",
        "payments.view_webhookevent",
    },
    "finance": _GIFTS
    | _BOOKS
    | _RECONCILIATION
    | _DECISIONS
    | _REPORTS
    | _RESULTS
    | _MONEY_BACK
    | _FUNDS
    | {"payments.close_month"},
    "finance lead": _GIFTS
    | _BOOKS
    | _RECONCILIATION
    | _DECISIONS
    | _REPORTS
    | _RESULTS
    | _MONEY_BACK
    | _FUNDS
    | {
        "payments.change_accountmapping",
        "payments.close_month",
        "payments.lock_month",
        "payments.replay_webhookevent",
        "payments.view_accesslog",
        "payments.view_auditentry",
        "payments.view_customer",
        "payments.view_personal_data",
    },
    "editor": _CAMPAIGN_ROWS
    | _TIER_ROWS
    | _PROMPTS
    | _RESULTS
    | {
        "payments.delete_campaigncurrency",
        "membership.preview_letters",
        "payments.delete_suggestedamount",
        "payments.view_legalentity",
    },
    "auditor": _GIFTS
    | _BOOKS
    | _RECONCILIATION
    | _REPORTS
    | _RESULTS
    | {"payments.view_accesslog", "payments.view_auditentry"},
    # Users and the newspaper's own particulars, never money.
    "admin": {
        "auth.view_group",
        "membership.add_user",
        "membership.change_user",
        "membership.view_user",
        "mfa.delete_authenticator",
        "mfa.view_authenticator",
        "payments.add_legalentity",
        "payments.change_legalentity",
        "payments.view_legalentity",
    },
}


def sync_roles(
    sender: AppConfig,
    *,
    using: str = DEFAULT_DB_ALIAS,
    apps: Apps = global_apps,
    **signal: Any,
) -> None:
    """Make each role's group hold exactly the permissions above; safe to repeat.

    A permission whose model is not there yet (a migrate that stopped half-way) is given by the
    next migrate.
    """
    for label in _APPS:
        # Django makes them on the same signal, app by app, some of them after us.
        create_permissions(global_apps.get_app_config(label), apps=apps, using=using, verbosity=0)
    try:
        group_model: Any = apps.get_model("auth", "Group")
        permission_model: Any = apps.get_model("auth", "Permission")
    except LookupError:
        return
    keys = {
        f"{app}.{codename}": key
        for app, codename, key in permission_model.objects.using(using)
        .filter(content_type__app_label__in=_APPS)
        .values_list("content_type__app_label", "codename", "pk")
    }
    for role, names in ROLES.items():
        group, _ = group_model.objects.using(using).get_or_create(name=role)
        group.permissions.set([keys[name] for name in names if name in keys])
